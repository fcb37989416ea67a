"""Every request knows its reach; what reach refuses becomes a page that names the missing verb."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from yinuo.facts.questions import Asked, Kept, ahead
from yinuo.ground.access.rates import TooMany
from yinuo.ground.access.reach import Reach, VerbMissing, postings_asked, reach_of
from yinuo.ground.people.models import User
from yinuo.ground.people.sign_in import active_asked

BY_ITSELF = "X-By-Itself"  # what a page fetches with nobody asking says so


class StaffRequest(HttpRequest):
    """A request after `signed_in` and the middleware: for annotations of staff views."""

    user: User
    reach: Reach


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own in one trip to the database: session, person and postings would be three, one after the other.

    Whose a session was is remembered, and all three are asked at once; the session that was read decides who it is, as
    ever.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Sets `request.user`, read on first use."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Whoever asked was active, unless the page asked by itself: a screen left alone must not stay signed in."""
        if BY_ITSELF not in request.headers:
            request.session.seen()  # type: ignore[attr-defined]
        return response


class ReachMiddleware:
    """Sets `request.reach` (read on first use), answers VerbMissing with 403 and TooMany with 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reach = SimpleLazyObject(lambda: _reach(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """403 with the verb's words, 429 with when to come again; every other exception goes its way."""
        if isinstance(exception, TooMany):
            minutes = -(-exception.wait // 60)
            answer = render(request, "web/429.html", {"minutes": minutes}, status=429)
            answer["Retry-After"] = str(exception.wait)
            return answer
        if not isinstance(exception, VerbMissing):
            return None
        said = {"verb": exception.verb.key, "verb_name": exception.verb.name}
        return render(request, "web/403.html", said, status=403)


_whose: Kept = Kept(4096)


def _person(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in, read once a request."""
    if not hasattr(request, "_cached_user"):
        with ahead(*_guessed(request)):
            person = get_user(request)
            if person.is_authenticated:
                key = request.session.session_key
                if _whose.get(key) == person.pk:
                    request._reach = reach_of(person)  # type: ignore[attr-defined]
                _whose.keep(key, person.pk)
    return request._cached_user  # type: ignore[attr-defined, no-any-return]


def _reach(request: HttpRequest) -> Reach:
    """How far the person of this request reaches; read with them where it was known who they would be."""
    person: User | AnonymousUser = request.user
    kept: Reach | None = getattr(request, "_reach", None)
    return kept if kept is not None and kept.user.pk == person.pk else reach_of(person)


def _guessed(request: HttpRequest) -> list[Asked]:
    """What will be asked if the session is still whose it was."""
    key = request.session.session_key
    person = _whose.get(key) if key else None
    if person is None:
        return []
    return [request.session.asked, active_asked(person), postings_asked(person)]  # type: ignore[attr-defined]
