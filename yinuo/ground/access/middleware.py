"""Every request knows its reach; what reach refuses becomes a page that names the missing verb."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from yinuo.ground.access.reach import Reach, VerbMissing, reach_of
from yinuo.ground.people.models import User


class StaffRequest(HttpRequest):
    """A request after `signed_in` and the middleware: for annotations of staff views."""

    user: User
    reach: Reach


class ReachMiddleware:
    """Sets `request.reach` (read on first use, one query) and answers VerbMissing with 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reach = SimpleLazyObject(lambda: reach_of(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """403 with the verb's words; every other exception goes its way."""
        if not isinstance(exception, VerbMissing):
            return None
        said = {"verb": exception.verb.key, "verb_name": exception.verb.name}
        return render(request, "web/403.html", said, status=403)
