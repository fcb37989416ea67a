"""Guards of views: for everybody, signed in, or with a verb somewhere. `view.guard` says which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

from yinuo.ground.access.reach import VerbMissing
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.factors.second import is_asked_of
from yinuo.ground.people.passwords import must_change
from yinuo.ground.people.sessions import CONFIRMED_AT

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Only for staff who signed in; others are led to the sign-in page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            if must_change(request.user):
                return _sent_to(request, resolve_url(settings.PASSWORD_URL))
            if lacks_factor(request):
                return _sent_to(request, resolve_url(settings.FACTOR_URL))
            return view(request, *args, **kwargs)
        return _to_sign_in(request)

    guarded.guard = "signed in"  # type: ignore[attr-defined]
    return guarded


def lacks_factor(request: HttpRequest) -> bool:
    """Whether who is signed in holds an office that needs a second factor, and has none yet."""
    if request.user.second_factor or not settings.SECOND_FACTOR_ROLES:  # type: ignore[union-attr]
        return False
    return is_asked_of(request.reach.roles())  # type: ignore[attr-defined]


def signed_in_anyhow(view: View) -> View:
    """For the few pages that also stand open to whoever must choose another password or add a second factor first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        signed = request.user.is_authenticated
        return view(request, *args, **kwargs) if signed else _to_sign_in(request)

    guarded.guard = "signed in"  # type: ignore[attr-defined]
    return guarded


def confirmed(view: View) -> View:
    """Inside a guard: only for who gave their password within the last minutes; others are asked for it, and led back.

    What was sent is not kept: they are back on the page with the button, and nothing is done by halves.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        return _sent_to(request, redirect_to_login(_page_of(request), settings.CONFIRM_URL)["Location"])

    return guarded


def is_confirmed(request: HttpRequest) -> bool:
    """Whether who is signed in said so within the last minutes."""
    said = request.session.get(CONFIRMED_AT)
    if said is None:
        return False
    return timezone.now() - datetime.fromisoformat(said) < timedelta(seconds=settings.CONFIRMED_SECONDS)


def public(reason: str) -> Callable[[View], View]:
    """For everybody; the reason is written down, so that a view without any guard is a mistake."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        guarded.guard = f"public: {reason}"  # type: ignore[attr-defined]
        return guarded

    return guard


def needs(verb: str) -> Callable[[View], View]:
    """Only for staff who have the verb in some unit; the view still asks `reach.need` for its object."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.reach.holds(verb):  # type: ignore[attr-defined]
                raise VerbMissing(verb_named(verb))
            return view(request, *args, **kwargs)

        inside = signed_in(guarded)
        inside.guard = verb  # type: ignore[attr-defined]
        return inside

    return guard


def _page_of(request: HttpRequest) -> str:
    """The page a request belongs to: itself, or for what was sent off the page with the button."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    known = came.netloc == request.get_host()
    return came.path + (f"?{came.query}" if came.query else "") if known else str(settings.ACCOUNT_URL)


def _sent_to(request: HttpRequest, address: str) -> HttpResponseBase:
    """The whole page goes there, also where htmx asked for a part of it."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Where htmx asked for a part of a page, the whole page goes to sign-in, not the part."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path())
