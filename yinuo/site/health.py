"""Whether this Yinuo lives, can answer, and is well: for load balancers and monitors.

/healthz: this process answers. /readyz: it can do its work (database, tables); a silent background does not make pages
unready. /vitals and /metrics say how everything fares, to whoever shows YINUO_SECRET_METRICS as a bearer token.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from yinuo.facts.follow import head
from yinuo.ground.access.views_guard import public
from yinuo.ground.vitals.registry import SECONDS, readings
from yinuo.site import home

View = Callable[[HttpRequest], HttpResponseBase]
_migrated: set[str] = set()  # databases that were found up to date: they stay so while this process lives


@require_safe
@public("says only that the process answers")
def alive(request: HttpRequest) -> HttpResponse:
    """200, whatever else is wrong."""
    return _plain(JsonResponse({"alive": True}))


@require_safe
@public("says only whether work can be done here, and which part is missing")
def ready(request: HttpRequest) -> HttpResponse:
    """200, or 503 with the parts that are missing: `database`, `tables`."""
    missing = _missing()
    answer = {"ready": not missing} | ({"missing": missing} if missing else {})
    return _plain(JsonResponse(answer, status=503 if missing else 200))


def for_monitors(view: View) -> View:
    """The token in the header `Authorization: Bearer …`, else 401."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {home.secret('metrics')}".encode()):
            refused = HttpResponse(status=401)
            refused["WWW-Authenticate"] = "Bearer"
            return refused
        return view(request)

    guarded.guard = "public: asks for the monitors' token itself"  # type: ignore[attr-defined]
    return guarded


@require_safe
@for_monitors
def vitals(request: HttpRequest) -> HttpResponse:
    """Every vital sign; 503 when one is not well."""
    found = readings(timezone.now())
    body = {
        "well": all(each.is_well for each in found),
        "vitals": [
            {
                "key": each.vital.key, "value": each.value, "most": each.vital.most, "unit": each.vital.unit,
                "well": each.is_well, "problem": each.problem,
            }
            for each in found
        ],
    }  # fmt: skip
    return _plain(JsonResponse(body, status=200 if body["well"] else 503))


@require_safe
@for_monitors
def metrics(request: HttpRequest) -> HttpResponse:
    """As Prometheus reads them: requests of all workers, vital signs, the head of the facts."""
    registry = CollectorRegistry()
    registry.register(_Vitals())
    counted = registry
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        counted = REGISTRY
    parts = [generate_latest(registry)] + ([generate_latest(counted)] if counted is not registry else [])
    return _plain(HttpResponse(b"".join(parts), content_type=CONTENT_TYPE_LATEST))


class _Vitals(Collector):
    """Vital signs as gauges; one that cannot be read is missing, and not well."""

    def collect(self) -> Any:
        """Read when they are asked for."""
        value = GaugeMetricFamily(
            "yinuo_vital", "A vital sign, in seconds or counted", labels=["key", "unit"]
        )
        well = GaugeMetricFamily("yinuo_vital_well", "1 where it is within its limit", labels=["key"])
        for each in readings(timezone.now()):
            if each.value is not None:
                unit = "seconds" if each.vital.unit == SECONDS else "count"
                value.add_metric([each.vital.key, unit], each.value)
            well.add_metric([each.vital.key], float(each.is_well))
        yield value
        yield well
        yield GaugeMetricFamily("yinuo_facts_head", "Facts with a place in the chain", value=head())


def _missing() -> list[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        name = str(connection.settings_dict["NAME"])
        if name not in _migrated:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return ["tables"]
            _migrated.add(name)
    except (Error, OSError):
        return ["database"]
    return []


def _plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
