"""Settings. Everything a bank may change comes from the environment; the defaults make a working demonstration."""

from __future__ import annotations

import os
from pathlib import Path

from yinuo.site import home
from yinuo.site.database import database_from_url
from yinuo.site.discovery import apps_below
from yinuo.site.keyring import Ring
from yinuo.site.rates import rates_from
from yinuo.site.retention import years_by_kind

BASE_DIR = Path(__file__).resolve().parents[1]

YINUO_HOME = home.folder()
DEBUG = os.environ.get("YINUO_DEBUG", "") == "1"
DEMONSTRATION = os.environ.get("YINUO_DEMONSTRATION", "1") == "1"
SECRET_KEY = home.secret("django")
FACT_KEY = home.secret("facts")  # signs the heads of the fact chain
VAULT_KEYS = Ring(
    "vault"
)  # the newest wraps customers' keys, older ones only open until `yinuo keys rotate` is done
INDEX_KEYS = Ring("index")  # the newest indexes what identifies people, older ones only find
VAULT_ALGORITHM = {"aes-256-gcm": 1, "sm4-gcm": 2}[
    os.environ.get("YINUO_CIPHER", "aes-256-gcm")
]  # for what is sealed from now on
CODE_KEY = home.secret("codes").encode()  # customers' codes and links are kept as digests with this
PROOF_KEY = home.secret("proof")  # seals checkpoints and proofs; its public half is published
BACKUP_KEY = home.secret("backup")  # backups are encrypted with it, and cannot be read without
BACKUP_FOLDER = os.environ.get("YINUO_BACKUP_FOLDER", "")  # empty: the background makes none
BACKUP_HOURS = float(os.environ.get("YINUO_BACKUP_HOURS", "24"))
BACKUP_KEEP = int(os.environ.get("YINUO_BACKUP_KEEP", "14"))
BACKUP_DRILL_DAYS = float(os.environ.get("YINUO_BACKUP_DRILL_DAYS", "7"))
ARCHIVE_FOLDER = os.environ.get("YINUO_ARCHIVE_FOLDER", "")  # base backups of PostgreSQL, and its log
BASE_HOURS = float(os.environ.get("YINUO_BASE_HOURS", "24"))
BASE_KEEP = int(os.environ.get("YINUO_BASE_KEEP", "7"))  # with the log since the oldest of them
REPLICATION_URL = next(
    filter(None, map(os.environ.get, ("YINUO_REPLICATION_URL", "DATABASE_ADMIN_URL", "DATABASE_URL"))), ""
)  # as whom a base backup is made
PUBLIC_URL = os.environ.get(
    "YINUO_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('YINUO_PORT', '8000')}"
)  # what letters point to
ALLOWED_HOSTS = os.environ.get("YINUO_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
PROXIES = [p for p in os.environ.get("YINUO_PROXIES", "").split(",") if p]  # who may say whom they ask for
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YINUO_ORIGINS", "").split(",") if o]

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", ""), YINUO_HOME)}
FORM_RENDERER = (
    "django.forms.renderers.Jinja2"  # the same widgets, compiled: a page of one case draws about twenty
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "yinuo.facts",
    "yinuo.ground.people",
    "yinuo.ground.access",
    "yinuo.ground.vault",
    "yinuo.ground.factors",
    "yinuo.ground.federation",
    "yinuo.ground.customers",
    "yinuo.ground.vitals",
    "yinuo.ground.terms",
    "yinuo.ground.worktime",  # for its words; it imports no Django
    "yinuo.ground.files",
    "yinuo.ground.outbox",
    "yinuo.ground.jobs",
    "yinuo.ground.exposures",
    "yinuo.ground.backups",
    "yinuo.engines.editions",
    "yinuo.engines.loops",
    "yinuo.engines.promises",
    "yinuo.engines.processes",
    "yinuo.engines.cases",
    "yinuo.engines.measures",
    "yinuo.web",
    *apps_below("packs"),
    *apps_below("loops"),
    *apps_below("channels"),
    "yinuo.site",
]

MIDDLEWARE = [
    "yinuo.web.watched.WatchedMiddleware",
    "yinuo.web.addresses.AddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yinuo.web.policy.PolicyMiddleware",
    "yinuo.web.methods.MethodMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yinuo.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yinuo.ground.access.middleware.PersonMiddleware",
    "yinuo.ground.access.middleware.ReachMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

APPEND_SLASH = False  # addresses have no trailing slash
ROOT_URLCONF = "yinuo.site.urls"
WSGI_APPLICATION = "yinuo.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "yinuo.web.templating.Pages",
        "NAME": "pages",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "yinuo.web.templating.PageEnvironment",
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yinuo.web.context.furniture",
            ],
        },
    }
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["yinuo.ground.people.sign_in.StaffBackend"]
LOGIN_URL = "/sign-in"
ACCOUNT_URL = "/accounts/mine"
PASSWORD_URL = ACCOUNT_URL + "/password"  # where whoever must choose another is led
FACTOR_URL = ACCOUNT_URL + "/factor"  # where whoever must have a second factor is led
CONFIRM_URL = ACCOUNT_URL + "/confirm"
LOGIN_REDIRECT_URL = "/"
PASSWORD_LENGTH = int(os.environ.get("YINUO_PASSWORD_LENGTH", "12"))
PASSWORD_KINDS = int(
    os.environ.get("YINUO_PASSWORD_KINDS", "0")
)  # of capitals, small, digits, signs: GB/T 22239
PASSWORD_DAYS = int(
    os.environ.get("YINUO_PASSWORD_DAYS", "0")
)  # changed so often; 0: only where there is a reason
PASSWORD_HISTORY = int(os.environ.get("YINUO_PASSWORD_HISTORY", "0"))  # so many former ones are refused
PASSWORD_WORDS = os.environ.get("YINUO_PASSWORD_WORDS", "yinuo,一诺,一諾").split(",")  # the bank's names
INITIAL_PASSWORD_HOURS = float(os.environ.get("YINUO_INITIAL_PASSWORD_HOURS", "72"))
PASSWORD_HASHERS = [
    "yinuo.ground.people.password_rules.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of accounts made before; hashed anew at their sign-in
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"yinuo.ground.people.password_rules.{rule}"}
    for rule in ("Length", "Kinds", "Common", "Context", "History")
]
SECOND_FACTOR_ROLES = [  # whoever holds one of these signs in with two factors: GB/T 22239 level 3
    role
    for role in os.environ.get(
        "YINUO_SECOND_FACTOR_ROLES", "" if DEMONSTRATION else "sysadmin,secadmin,auditor"
    ).split(",")
    if role
]
# Signing in through the bank's identity provider (OpenID Connect); empty: nobody is asked. The claim that finds an account the
# first time is compared with user names, or with staff numbers.
OIDC_ISSUER = os.environ.get("YINUO_OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("YINUO_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("YINUO_OIDC_CLIENT_SECRET", "")
OIDC_SCOPE = os.environ.get("YINUO_OIDC_SCOPE", "openid profile")
OIDC_CLAIM = os.environ.get("YINUO_OIDC_CLAIM", "preferred_username")
OIDC_NAMES = os.environ.get("YINUO_OIDC_NAMES", "username")  # or staff_number
OIDC_BOTH_FACTORS = os.environ.get("YINUO_OIDC_BOTH_FACTORS", "") == "1"  # its word stands for both
BREAK_GLASS = [n for n in os.environ.get("YINUO_BREAK_GLASS", "").split(",") if n]  # user names; use alarms
SESSION_ENGINE = "yinuo.ground.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "yinuo.web.views.stale"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("YINUO_HTTPS", "") == "1"
# A browser takes a cookie of such a name from this very host alone, and over TLS alone.
if SESSION_COOKIE_SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_AGE = round(3600 * float(os.environ.get("YINUO_SESSION_HOURS", "12")))  # whatever happens
SESSION_IDLE_SECONDS = 60 * float(os.environ.get("YINUO_SESSION_IDLE_MINUTES", "30"))  # where nothing happens
CONFIRMED_SECONDS = (
    300  # a password just given need not be given again for steps that could lock somebody out
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

PORT = os.environ.get("YINUO_PORT", "8000")
LIVE_PORT = os.environ.get("YINUO_LIVE_PORT", "8001")
LIVE_ORIGINS = [
    o
    for o in os.environ.get("YINUO_LIVE_ORIGINS", f"http://localhost:{PORT},http://127.0.0.1:{PORT}").split(
        ","
    )
    if o
]
LIVE_URL = os.environ.get("YINUO_LIVE_URL", "")  # empty: same host, port 8001

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", "http://localhost:*", "http://127.0.0.1:*"]
        if not LIVE_URL
        else ["'self'", LIVE_URL],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("zh-hant", "繁體中文")]
LANGUAGE_COOKIE_NAME = "yinuo_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("YINUO_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = YINUO_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

RATES = rates_from(os.environ.get("YINUO_RATES", ""))  # how often the same caller may do the same
HOLD_SECONDS = float(
    os.environ.get("YINUO_HOLD_SECONDS", "10")
)  # what cannot be undone can be taken back so long

CLAMD_URL = os.environ.get("YINUO_CLAMD", "")  # tcp://host:port or unix:/path; empty: files are not scanned
# Who a customer is, in full: shown so many seconds, and to one colleague so often within an hour.
REVEAL_SECONDS = 60
REVEALS_AN_HOUR = int(os.environ.get("YINUO_REVEALS_AN_HOUR", "30"))
# Years for which a closed case is kept before its customer may be erased, by kind of case; "" for all others.
RETENTION_YEARS = years_by_kind(os.environ.get("YINUO_RETENTION_YEARS", "3"))

SMTP_URL = os.environ.get("YINUO_SMTP_URL", "smtp://127.0.0.1:8025")
ALARMS_TO = [
    a for a in os.environ.get("YINUO_ALARMS_TO", "").split(",") if a
]  # written to without the outbox
HEADS_FOLDER = os.environ.get("YINUO_HEADS_FOLDER", "")  # signed heads leave to it every hour
# Hosts (or host:port) that webhooks may be sent to; empty: to none.
WEBHOOK_HOSTS = [h for h in os.environ.get("YINUO_WEBHOOK_HOSTS", "").split(",") if h]
HEADS_TO = [a for a in os.environ.get("YINUO_HEADS_TO", "").split(",") if a]  # and to these addresses
# An authority that stamps the hour of heads (RFC 3161), and a PEM file of the certificates it is believed by.
TIMESTAMP_URL = os.environ.get("YINUO_TIMESTAMP_URL", "")
TIMESTAMP_ROOTS = os.environ.get("YINUO_TIMESTAMP_ROOTS", "")
LETTERS_FROM = os.environ.get("YINUO_LETTERS_FROM", "service@bank.example")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "yinuo.site.logs.Plain",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {
            "()": "yinuo.site.logs.Json",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d %(threadName)s %(trace)s",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("YINUO_LOG_FORMAT") == "json" else "plain",
            "filters": ["traced"],
        }
    },
    "filters": {
        "routes": {"()": "yinuo.site.logs.RoutesNotPaths"},
        "traced": {"()": "yinuo.site.logs.Traced"},
    },
    "loggers": {"django.request": {"filters": ["routes"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("YINUO_LOG", "INFO")},
}
