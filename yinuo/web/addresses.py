"""Addresses as they can be looked up: what no database stores stands for nothing that exists.

Nobody types a NUL, and PostgreSQL refuses to compare anything with one. Wherever it stands in an address it is read as
the sign for what cannot be read (U+FFFD): each door then answers as for any other name that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

UNREADABLE = "�"
_IN_A_QUERY = "%EF%BF%BD"


class AddressMiddleware:
    """Stands before whatever reads an address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            request.path_info = request.path_info.replace("\0", UNREADABLE)
            request.path = request.path.replace("\0", UNREADABLE)
        if "%00" in (asked := request.META.get("QUERY_STRING", "")):
            request.META["QUERY_STRING"] = asked.replace("%00", _IN_A_QUERY)
        return self._get_response(request)
