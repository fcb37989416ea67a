"""The furniture alone, as tests of its views mount it."""

from pathlib import Path

import psycopg
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import include, path


def _no(request):
    refusal = PermissionDenied()
    refusal.verb = "complaints.answer"
    raise refusal


def _unreadable(request):
    raise BadRequest


def _break(request):
    raise RuntimeError("secret words")


def _away(request):
    try:
        psycopg.connect("host=/nowhere/at/all")
    except psycopg.OperationalError as error:
        raise OperationalError(*error.args) from error  # as Django hands it on


def _full(request):
    Path("/dev/full").write_text("a disk without room")


urlpatterns = [
    path("", include("yinuo.web.urls")),
    path("no", _no),
    path("break", _break),
    path("away", _away),
    path("full", _full),
    path("unreadable", _unreadable),
    path("s/page", lambda request: HttpResponse(request.LANGUAGE_CODE)),
    path("api/page", lambda request: HttpResponse(request.LANGUAGE_CODE)),
    path("page", lambda request: HttpResponse(request.LANGUAGE_CODE)),
]
handler400 = "yinuo.web.views.unreadable"
handler403 = "yinuo.web.views.refused"
handler404 = "yinuo.web.views.missing"
handler500 = "yinuo.web.views.broken"
