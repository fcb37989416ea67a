"""Guards of views: for everybody, signed in, or with a verb somewhere. `view.guard` says which."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from yinuo.ground.access.reach import VerbMissing
from yinuo.ground.access.verbs import verb_named

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Only for staff who signed in; others are led to the sign-in page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return _to_sign_in(request)

    guarded.guard = "signed in"  # type: ignore[attr-defined]
    return guarded


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


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Where htmx asked for a part of a page, the whole page goes to sign-in, not the part."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path())
