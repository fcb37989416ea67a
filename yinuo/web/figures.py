"""From a figure to the cases behind it: what a list shows when its address names a measure."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import subtree


def figure_asked(request: StaffRequest, list_url: str) -> tuple[QuerySet[Any], str] | None:
    """What stands behind a measure's reading, and its name: ?measure=…&period=2026Q3[&unit=…][&slice=…]; None without.

    Http404 for a measure that is not this list's, and a period nobody can read.
    """
    key = request.GET.get("measure", "")
    if not key:
        return None
    try:
        measure, period = measure_named(key), Period.read(request.GET.get("period", ""))
    except (KeyError, ValueError) as error:
        raise Http404 from error
    if measure.list_url != list_url:
        raise Http404
    units = request.reach.units(measure.verb)
    if code := request.GET.get("unit", ""):
        unit = Unit.objects.filter(code=code[:40], pk__in=units).first()
        units &= subtree(unit.pk, timezone.localdate()) if unit else frozenset()
    window = Window(period, units, request.GET.get("slice", "")[:200])
    return measure.cases(window), f"{measure.name} · {period.key}"
