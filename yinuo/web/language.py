"""Which language a page speaks: ?lang=, the cookie, the person's own, else Simplified Chinese.

Only public pages and the API ask the caller (Accept-Language): staff computers are often set up in a language
nobody chose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from yinuo.web.catalogs import one_catalogue, quick_language

PUBLIC_PREFIX = "/s"
API_PREFIX = "/api"  # programs have no cookie to keep a choice in
HTML_CODES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
ALIASES = {
    "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans",
    "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant",
}  # fmt: skip
YEAR = 365 * 24 * 3600


def known(code: str | None) -> str:
    """One of our language codes for what was asked ("zh-TW", "zh-Hant", "en-GB"), or "" for anything else."""
    if not code:
        return ""
    wanted = code.strip().lower().replace("_", "-")
    codes = {ours for ours, _name in settings.LANGUAGES}
    if wanted in codes:
        return wanted
    found = ALIASES.get(wanted, "")
    return found or (wanted.split("-")[0] if wanted.split("-")[0] in codes else "")


def is_public(path: str) -> bool:
    """A page for customers, at or below /s."""
    return path == PUBLIC_PREFIX or path.startswith(PUBLIC_PREFIX + "/")


def is_api(path: str) -> bool:
    """An address for programs, at or below /api."""
    return path == API_PREFIX or path.startswith(API_PREFIX + "/")


def accepted(header: str) -> str:
    """The first language of an Accept-Language header that we speak, by its weights; "" if none."""
    wishes = []
    for place, part in enumerate(header[:400].split(",")):
        code, _sep, weight = part.partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, code))
        except ValueError:
            continue
    return next((found for _w, _p, code in sorted(wishes) if (found := known(code))), "")


def remember(response: HttpResponseBase, code: str) -> None:
    """Keep the choice for a year in the language cookie."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", httponly=True)


class LanguageMiddleware:
    """Activates the language of the request; a good ?lang= is remembered, a bad one is ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        one_catalogue()
        quick_language()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = known(request.GET.get("lang"))
        kept = asked or known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        by_header = is_public(request.path) or is_api(request.path)
        if not kept and by_header:
            kept = accepted(request.headers.get("Accept-Language", ""))
        self._activate(request, kept or settings.LANGUAGE_CODE)
        request.language_chosen = bool(kept)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Language", HTML_CODES.get(translation.get_language() or "", "zh-Hans")
        )
        patch_vary_headers(response, ["Cookie", *(["Accept-Language"] if by_header else [])])
        if asked:
            remember(response, asked)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """By now the person is known; their own language counts where nothing was chosen."""
        if not getattr(request, "language_chosen", True):
            own = known(getattr(getattr(request, "user", None), "language", ""))
            if own:
                self._activate(request, own)
        return None

    @staticmethod
    def _activate(request: HttpRequest, code: str) -> None:
        translation.activate(code)
        request.LANGUAGE_CODE = code
