"""The outermost layer: a trace for every request, and counts of what was asked and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Histogram

from yinuo.ground.vitals import trace

# By route, never by address: an address may hold a customer's code. Seconds.
ANSWERED = Histogram(
    "yinuo_http_request_seconds",
    "Requests answered, by route, method and class of status",
    ("route", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class WatchedMiddleware:
    """Begins the trace that logs, the page for errors and the answer's `X-Trace-Id` carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count one request."""
        begun = time.perf_counter()
        number = trace.begin(request.META.get("HTTP_TRACEPARENT", ""))
        response = self._get_response(request)
        response["X-Trace-Id"] = number
        match = request.resolver_match
        method = request.method if request.method in METHODS else "other"
        counter(match.route if match else "", method or "other", response.status_code // 100).observe(
            time.perf_counter() - begun
        )
        return response


@lru_cache(maxsize=4096)
def counter(route: str, method: str, hundreds: int) -> Histogram:
    """The counter of one kind of answer; a route that is none is told as "none"."""
    return ANSWERED.labels(route or "none", method, f"{hundreds}xx")
