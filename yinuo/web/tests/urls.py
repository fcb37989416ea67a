"""The furniture alone, as tests of its views mount it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import include, path


def _no(request):
    refusal = PermissionDenied()
    refusal.verb = "complaints.answer"
    raise refusal


def _break(request):
    raise RuntimeError("secret words")


urlpatterns = [
    path("", include("yinuo.web.urls")),
    path("no", _no),
    path("break", _break),
    path("s/page", lambda request: HttpResponse(request.LANGUAGE_CODE)),
    path("page", lambda request: HttpResponse(request.LANGUAGE_CODE)),
]
handler403 = "yinuo.web.views.refused"
handler404 = "yinuo.web.views.missing"
handler500 = "yinuo.web.views.broken"
