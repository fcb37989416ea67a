"""The API: every pack's router under /api/v1, authenticated here.

Errors are problem details (RFC 9457): `code` is for programs, `title` and `reason` follow Accept-Language. Whatever else is
asked below /api is answered so too: programs read no pages.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import RequestDataTooBig
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from yinuo.channels.api import cases
from yinuo.channels.api.auth import TokenAuth
from yinuo.channels.api.problems import BY_STATUS, OTHERWISE, field_error
from yinuo.ground.access.rates import TooMany
from yinuo.ground.access.reach import VerbMissing
from yinuo.ground.access.views_guard import public
from yinuo.web.outage import RETRY_AFTER, outage
from yinuo.web.problems import CallRefused

prefix = "api"
PROBLEM = "application/problem+json"


class Api(NinjaAPI):
    """Whose schema says of refusals what they are, and gives what can be done names that a generated client reads well
    with."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """complaints_receive, cases_listed, …"""
        return f"{(operation.tags or ['api'])[0]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """With refusals as problem details."""
        schema = super().get_openapi_schema(**asked)
        told = [
            answer["content"]
            for methods in schema["paths"].values()
            for done in methods.values()
            for status, answer in done["responses"].items()
            if int(status) >= 400
        ]
        for content in told:
            content[PROBLEM] = content.pop("application/json")
        return schema


api = Api(
    title="Yinuo",
    version="1",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="yinuo-api",
    docs_decorator=public("the schema describes the API and holds no data"),
)


def _problem(request: HttpRequest, status: int, code: str = "", title: str = "", **more: Any) -> HttpResponse:
    usual, words = BY_STATUS.get(status, OTHERWISE)
    body = {"status": status, "code": code or usual, "title": title or str(words), **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = PROBLEM
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _problem(request, 422, errors=[field_error(each) for each in error.errors])


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _problem(request, 401)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(TooMany)
def _too_often(request: HttpRequest, error: TooMany) -> HttpResponse:
    response = _problem(request, 429, wait=error.wait)
    response["Retry-After"] = str(error.wait)
    return response


@api.exception_handler(VerbMissing)
def _refused(request: HttpRequest, error: VerbMissing) -> HttpResponse:
    title = _("The grant %(verb)s is missing: %(name)s")
    return _problem(
        request,
        403,
        "grant_missing",
        title % {"verb": error.verb.key, "name": error.verb.name},
        verb=error.verb.key,
    )


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Hidden and missing alike."""
    return _problem(request, 404)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _problem(request, 413)


@api.exception_handler(Error)
def _away(request: HttpRequest, error: Error) -> HttpResponse:
    """The database is away or its disk is full: nothing was taken, and the same call may come again."""
    status = outage(error)
    if status is None:
        raise error
    response = _problem(request, status)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


@api.exception_handler(CallRefused)
def _not_taken(request: HttpRequest, error: CallRefused) -> HttpResponse:
    return _problem(request, error.status_code, error.code, str(error))


@api.exception_handler(HttpError)
def _failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """One of the library's own, whose words are English: its status is told in ours."""
    return _problem(request, error.status_code)


for app in apps.get_app_configs():
    if app.name.startswith("yinuo.packs.") and find_spec(f"{app.name}.api"):
        own = importlib.import_module(f"{app.name}.urls").prefix  # programs find it where people do
        api.add_router(f"/{own}", importlib.import_module(f"{app.name}.api").router)
api.add_router("/cases", cases.router)


def _with_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The library answers another method than an address knows by itself, in English, and its root as a page."""

    @csrf_exempt  # who calls brings a token of their own; the library says so of all that is more than read
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return _problem(request, 404)
        if response.status_code != 405:
            return response
        problem = _problem(request, 405)
        problem["Allow"] = ", ".join(sorted(response["Allow"].split(", ")))
        return problem

    return answered


@csrf_exempt  # a program has no token of a page, and nothing is done here
@public("the same answer for everybody: nothing is there")
def nowhere(request: HttpRequest, anywhere: str = "") -> HttpResponse:
    """An address that the API does not have, whatever it is and whoever asks."""
    return _problem(request, 404)


addresses = api.urls  # made anew each time it is read
for address in addresses[0]:
    if isinstance(address, URLPattern):
        schema = address.name == "openapi-json"
        address.callback = _with_problems(require_safe(address.callback) if schema else address.callback)

# No app_name: ninja finds its own addresses by its namespace alone.
urlpatterns = [
    path("/v1/", addresses),
    path("", nowhere),
    path("/", nowhere),
    path("/<path:anywhere>", nowhere),
]
