"""Measures: each figure with its sample, interval, target and a way to the cases behind it."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.engines.measures.measure import all_measures, measure_named
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.cockpit.readings import Line, line, series, slices, targets
from yinuo.web.formats import money, number, share
from yinuo.web.parts import Crumb, Pair
from yinuo.web.period_asked import asked, units_to_ask


@require_safe
@needs("measures.view")
def measures(request: StaffRequest) -> HttpResponse:
    """All measures the reader may see, for a period and a unit."""
    wanted = asked(request, "measures.view")
    held = targets()
    lines = [
        line(request, measure, wanted, held)
        for measure in all_measures()
        if request.reach.holds(measure.verb)
    ]
    return render(
        request,
        "cockpit/measures.html",
        {
            "lines": lines,
            "asked": wanted,
            "units": units_to_ask(request, "measures.view"),
            "now": timezone.now(),
        },
    )


@require_safe
@needs("measures.view")
def measure(request: StaffRequest, key: str) -> HttpResponse:
    """One measure: what it counts, how sure it is, its slices, period by period."""
    try:
        found = measure_named(key)
    except KeyError as error:
        raise Http404 from error
    if not request.reach.holds(found.verb):
        raise Http404
    wanted = asked(request, "measures.view")
    shown = line(request, found, wanted, targets())
    return render(
        request,
        "cockpit/measure.html",
        {
            "line": shown,
            "measure": found,
            "asked": wanted,
            "slices": slices(request, found, wanted),
            "series": series(request, found, wanted),
            "crumbs": [Crumb(_("Measures"), reverse("cockpit:measures")), Crumb(str(found.name))],
            "reading_facts": reading_facts(shown),
            "definition_facts": definition_facts(shown),
            "now": timezone.now(),
        },
    )


def reading_facts(shown: Line) -> list[Pair]:
    """How many, how sure, against what."""
    sample, unit = shown.sample, shown.measure.unit
    interval = (
        f"{told(sample.interval[0], unit)} ～ {told(sample.interval[1], unit)}" if sample.interval else None
    )
    target = shown.target
    sign = "≤" if target and target.at_most is not None else "≥"
    return [
        Pair(_("Counted"), number(sample.n)),
        Pair(_("Cannot be told"), number(sample.unknown)),
        Pair(_("95 % interval"), interval),
        Pair(_("Target"), f"{sign} {told(target.level, unit)}" if target else None),
        Pair(_("Period before"), told(shown.before.value, unit)),
    ]


def definition_facts(shown: Line) -> list[Pair]:
    """Where it comes from."""
    return [
        Pair(_("Fed by the fact"), shown.measure.fact),
        Pair(_("Source of the target"), str(shown.target.source) if shown.target else None),
        Pair(_("Key"), shown.measure.key),
    ]


def told(value: Decimal | None, unit: str) -> str:
    """A value in its measure's unit."""
    if unit == "money":
        return money(value)
    return share(value) if unit == "share" else number(value, 1)
