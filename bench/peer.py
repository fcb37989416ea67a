"""The peer: django-helpdesk from PyPI, in an environment and a database of its own, served by the same granian.

Its settings are Django's own defaults for a production server with persistent connections; it answers to a token
as we do. Its mail goes nowhere: it creates a bare ticket, which is less than we do, and the comparison says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.bank import HOST, Process, free_port, wait_for
from tests.postgres import Cluster

REQUIREMENTS = Path(__file__).with_name("peer-requirements.txt")
VERSION = "django-helpdesk 2.6.1"

SETTINGS = """
import os
SECRET_KEY = "peer"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "peer_urls"
WSGI_APPLICATION = "peer_wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "/static/"
SITE_ID = 1
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "peer", "USER": "postgres",
    "HOST": os.environ["PEER_HOST"], "CONN_MAX_AGE": None}}
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites",
    "django.contrib.humanize", "rest_framework", "rest_framework.authtoken", "helpdesk"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_ACTIVATE_API_ENDPOINT = True
HELPDESK_TEAMS_MODE_ENABLED = False
MEDIA_ROOT = os.environ["PEER_MEDIA"]
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
WSGI = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "peer_settings"
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
SEED = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "peer_settings"
import django
django.setup()
from django.contrib.auth import get_user_model
from helpdesk.models import Queue
from rest_framework.authtoken.models import Token
person = get_user_model().objects.create_superuser("agent", "agent@example.com", "not used")
Queue.objects.create(title="Complaints", slug="complaints")
print(Token.objects.create(user=person).key)
"""


class NoPeer(RuntimeError):
    """The peer cannot be installed or does not start; the message says why."""


class Peer:
    """`with Peer(cluster) as peer:` installs, migrates, serves; `environment` is kept between runs if given."""

    def __init__(self, cluster: Cluster, environment: Path | None = None) -> None:
        self.cluster = cluster
        self.folder = Path(tempfile.mkdtemp(prefix="yinuo-peer-"))
        self.environment = environment or self.folder / "venv"
        self.port, self.token = free_port(), ""
        self.server: Process | None = None

    def __enter__(self) -> Peer:
        try:
            self._install()
            self._make()
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            self.close()
            raise NoPeer(str(getattr(error, "stderr", "") or error)[-500:]) from error
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it and remove its folder."""
        if self.server is not None:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _install(self) -> None:
        if (self.environment / "bin" / "granian").exists():
            return
        self._run([sys.executable, "-m", "venv", str(self.environment)])
        pip = [str(self.environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        self._run([*pip, "-r", str(REQUIREMENTS)])

    def _make(self) -> None:
        texts = {"peer_settings": SETTINGS, "peer_urls": URLS, "peer_wsgi": WSGI, "peer_seed": SEED}
        for name, text in texts.items():
            (self.folder / f"{name}.py").write_text(text, encoding="utf-8")
        self.cluster.create("peer")
        python = str(self.environment / "bin" / "python")
        self._run([python, "-m", "django", "migrate", "--settings", "peer_settings", "--verbosity", "0"])
        self.token = self._run([python, "peer_seed.py"]).strip()
        command = [python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port)]
        command += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
        self.server = Process(
            [*command, "peer_wsgi:application"],
            self.folder / "peer.log",
            env=self._surroundings(),
            cwd=self.folder,
        )
        wait_for(self.port, self.server)

    def _surroundings(self) -> dict[str, str]:
        names = {"PEER_HOST": str(self.cluster.folder), "PEER_MEDIA": str(self.folder / "media")}
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DATABASE"))
        }
        return {**kept, **names, "PYTHONPATH": str(self.folder)}

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self._surroundings(), capture_output=True, text=True, check=True
        )
        return done.stdout
