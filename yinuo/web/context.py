"""What every page's template finds: the bank, languages, navigation, the live stream's address, the server's
time."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from yinuo.engines.editions import shelf
from yinuo.web.language import HTML_CODES
from yinuo.web.navigation import place_groups

TEXT_COOKIE = "yinuo_text"
SHORT_NAMES = {"zh-hans": "简", "zh-hant": "繁", "en": "EN"}
PUBLIC_NAMES = {"zh-hans": "简体", "zh-hant": "繁體", "en": "English"}


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Cheap by itself: whatever costs a query is counted only where a shell draws it."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    now = timezone.now()
    return {
        "account_url": settings.ACCOUNT_URL,
        "bank": SimpleLazyObject(lambda: shelf.in_use("bank", "own")),
        "html_lang": HTML_CODES.get(code, code),
        "languages": language_choices(request, code),
        "language_short": SHORT_NAMES.get(code, code),
        "large_text": request.COOKIES.get(TEXT_COOKIE) == "large",
        "live_url": live_url(request),
        "navigation": SimpleLazyObject(lambda: place_groups(request)),
        "now": now,
        "server_time": now.isoformat(timespec="milliseconds"),
        "time_zone": settings.TIME_ZONE,
        "script_words": script_words(code),
        "signed_in": bool(getattr(getattr(request, "user", None), "is_authenticated", False)),
    }


def language_choices(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The three languages; `url` is this page with its filters in that language."""
    found = []
    for code, name in sorted(settings.LANGUAGES, key=lambda pair: pair[0] == "en"):
        query = request.GET.copy()
        query["lang"] = HTML_CODES.get(code, code)
        found.append({
            "code": code, "html": HTML_CODES.get(code, code), "name": name, "public": PUBLIC_NAMES.get(code,
            name), "current": code == current, "url": f"{request.path}?{query.urlencode()}",
        })  # fmt: skip
    return found


def live_url(request: HttpRequest) -> str:
    """The stream of facts: YINUO_LIVE_URL behind a proxy, else the live port of the same host."""
    given = str(getattr(settings, "LIVE_URL", ""))
    if given:
        return f"{given.rstrip('/')}/live"
    try:
        host = request.get_host()
    except Exception:  # a host that is not allowed is answered by the view, not by its furniture
        return ""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return f"{request.scheme}://{name}:{settings.LIVE_PORT}/live"


@lru_cache(maxsize=len(settings.LANGUAGES))
def script_words(code: str) -> str:
    """The few words that scripts write, as JSON for a meta element (no inline script); `code` is the active
    language."""
    words = {
        "left": _("%(time)s left"),
        "over": _("%(time)s overdue"),
        "hours_minutes": _("%(h)s h %(m)s min"),
        "hours": _("%(h)s h"),
        "half_hours": _("%(n)s h"),
        "late": _("Overdue"),
        "minutes": _("%(m)s min"),
        "near": _("%(what)s is close to its time limit"),
        "passed": _("%(what)s has passed its time limit"),
        "stale": _("As of %(time)s. The live connection is lost and is being restored."),
        "updates": _("%(n)s updates"),
        "saving": _("Saving"),
        "saved": _("Saved automatically %(time)s"),
        "unsaved": _("Not saved yet; it is tried again as soon as the network is back"),
        "characters": _("%(n)s / %(most)s characters"),
        "sending": _("Uploading %(n)s%%"),
        "unsent": _("Not uploaded. Check the network and choose the file again."),
        "too_large": _("Not uploaded: larger than %(size)s"),
        "cancel": _("Cancel"),
        "undo": _("Undo"),
        "close": _("Close"),
        "copied": _("Copied"),
        "trouble": _("The page could not be updated. What you typed is kept."),
        "selected": _("%(n)s selected"),
    }
    return json.dumps(words, ensure_ascii=False)
