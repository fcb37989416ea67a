"""The API: every pack's router under /api/v1, authenticated here. Errors are problem details (RFC 9457)."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yinuo.channels.api.auth import TokenAuth
from yinuo.ground.access.reach import VerbMissing
from yinuo.ground.access.views_guard import public

prefix = "api/v1/"

api = NinjaAPI(
    title="Yinuo",
    version="1",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="yinuo-api",
    docs_decorator=public("the schema describes the API and holds no data"),
)


def _problem(request: HttpRequest, status: int, title: str, **more: Any) -> HttpResponse:
    response = api.create_response(request, {"status": status, "title": title, **more}, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": ".".join(map(str, e["loc"])), "reason": e["msg"]} for e in error.errors]
    return _problem(request, 422, "The body does not fit the schema", errors=errors)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _problem(request, 401, "A valid token is needed: Authorization: Bearer …")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(VerbMissing)
def _refused(request: HttpRequest, error: VerbMissing) -> HttpResponse:
    return _problem(request, 403, f"The grant {error.verb.key} is missing")


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _problem(request, 413, "The body is too large")


@api.exception_handler(HttpError)
def _failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(request, error.status_code, str(error))


for app in apps.get_app_configs():
    if app.name.startswith("yinuo.packs.") and find_spec(f"{app.name}.api"):
        api.add_router(f"/{app.label}", importlib.import_module(f"{app.name}.api").router)

urlpatterns = [path("", api.urls)]  # no app_name: ninja finds its own addresses by its namespace alone
