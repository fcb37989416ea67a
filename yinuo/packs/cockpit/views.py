"""Measures: each figure with its sample, interval, target and a way to the cases behind it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.engines.measures.measure import Sample, all_measures, measure_named
from yinuo.engines.measures.targets import CHANGE
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.cockpit.readings import Line, Windows, lines, series, slices, targets
from yinuo.web.formats import number
from yinuo.web.parts import Crumb, Pair
from yinuo.web.period_asked import asked, units_to_ask
from yinuo.web.target_words import signed, told


@require_safe
@needs("measures.view")
def measures(request: StaffRequest) -> HttpResponse:
    """All measures the reader may see, for a period and a unit."""
    wanted = asked(request, "measures.view")
    held, windows = targets(), Windows(request.reach, wanted)
    shown = [
        line
        for measure in all_measures()
        if request.reach.holds(measure.verb)
        for line in lines(windows, measure, held)
    ]
    return render(
        request,
        "cockpit/measures.html",
        {
            "lines": shown,
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
    windows = Windows(request.reach, wanted)
    against = lines(windows, found, targets())
    shown = against[0]
    year_before = found.sample(windows.of(found, wanted.period.year_before()))
    return render(
        request,
        "cockpit/measure.html",
        {
            "line": shown,
            "others": [(each, facts_of_target(each)) for each in against if each.target],
            "measure": found,
            "asked": wanted,
            "slices": slices(request.reach, found, wanted),
            "series": series(request.reach, found, wanted),
            "crumbs": [Crumb(_("Measures"), reverse("cockpit:measures")), Crumb(str(found.name))],
            "reading_facts": reading_facts(shown, year_before),
            "definition_facts": definition_facts(shown),
            "now": timezone.now(),
        },
    )


def reading_facts(shown: Line, year_before: Sample) -> list[Pair]:
    """How many, how sure, what it was before."""
    sample, unit = shown.sample, shown.measure.unit
    interval = (
        f"{told(sample.interval[0], unit)} ～ {told(sample.interval[1], unit)}" if sample.interval else None
    )
    facts = [
        Pair(_("Counted"), number(sample.n)),
        Pair(_("Cannot be told"), number(sample.unknown)),
        Pair(_("95 % interval"), interval),
        Pair(_("Period before"), told(shown.before.value, unit), _changed(sample, shown.before)),
        Pair(_("A year before"), told(year_before.value, unit), _changed(sample, year_before)),
    ]
    if sample.exposure is not None and unit == "rate":
        known = number(sample.exposure) if sample.exposure else _("not known")
        facts.insert(1, Pair(_("Held against"), known))
    return facts


def _changed(now: Sample, before: Sample) -> str:
    """By how much it changed, in percent; "" where nobody can tell."""
    if now.value is None or not before.value:
        return ""
    return signed(now.value / before.value - 1)


def facts_of_target(shown: Line) -> list[Pair]:
    """What is to be reached, by which figure, and whose target it is."""
    target = shown.target
    if target is None:
        return []
    facts = [
        Pair(_("Target"), shown.target_words),
        Pair(_("Reached"), told(shown.compared.value, shown.unit)),
    ]
    if target.kind == CHANGE:
        change, interval = target.change(shown.compared)
        between = f"{signed(interval[0])} ～ {signed(interval[1])}" if interval else ""
        facts.append(Pair(_("Change so far"), signed(change), between))
        facts.append(Pair(_("That is"), told(shown.goal, shown.unit)))
    return [*facts, Pair(_("Source of the target"), str(target.source) or None)]


def definition_facts(shown: Line) -> list[Pair]:
    """By which clock, whose figure, without what; where it comes from."""
    measure = shown.measure
    return [
        Pair(_("Time counted by"), str(measure.clock) or None),
        Pair(_("Left out"), str(measure.left_out) or None),
        Pair(_("Whose figure"), str(measure.source) or None),
        Pair(_("Fed by the fact"), measure.fact),
        Pair(_("Key"), measure.key),
    ]
