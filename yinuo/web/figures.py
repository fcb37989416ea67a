"""From a figure to the cases behind it: what a list shows when its address names a measure."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import subtree


def figure_asked(request: StaffRequest, list_url: str) -> tuple[QuerySet[Any], str] | None:
    """What stands behind a measure's reading, and its name: ?measure=…&period=2026Q3[&unit=…][&slice=…]; None without.

    Http404 for a measure that is not this list's, and a period nobody can read.
    """
    key = request.GET.get("measure", "")
    if not key:
        return None
    names = ("period", "unit", "slice")
    try:
        return figure(request.reach, list_url, key, *(request.GET.get(name, "") for name in names))
    except (KeyError, ValueError) as error:
        raise Http404 from error


def figure(
    reach: Reach, list_url: str, key: str, period_key: str, unit_code: str, slice: str
) -> tuple[QuerySet[Any], str]:
    """What stands behind a reading of the measure in the period, and its name. KeyError for a measure that is not of
    that list, ValueError for a period nobody can read."""
    measure, period = measure_named(key), Period.read(period_key)
    if measure.list_url != list_url:
        raise KeyError(key)
    units = reach.units(measure.verb)
    if unit_code:
        unit = Unit.objects.filter(code=unit_code[:40], pk__in=units).first()
        units &= subtree(unit.pk, timezone.localdate()) if unit else frozenset()
    return measure.cases(Window(period, units, slice[:200])), f"{measure.name} · {period.key}"
