"""Measures for programs: the figure, how many, how sure, and what is to be reached."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from yinuo.engines.measures.measure import Measure, Sample, all_measures, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Unit
from yinuo.packs.cockpit.readings import Line, Windows, lines, targets, window
from yinuo.web.parameters import Parameters
from yinuo.web.period_asked import Asked
from yinuo.web.problems import CallRefused, problems

router = Router(tags=["measures"])
VIEW = "measures.view"


class WindowAsked(Parameters):
    """`period`: 2026, 2026Q3 or 2026-09, this quarter without; `unit`: the code of one, with all below it."""

    period: str = Field("", max_length=7)
    unit: str = Field("", max_length=40)


class SampleOut(BaseModel):
    """What was counted. `value` is null where nobody can tell; shares are between 0 and 1, money is in minor units;
    of a share `hits` of `n` are counted; `interval` is the 95 % interval. Decimals are written as text, so that none is
    rounded on the way."""

    value: Decimal | None
    n: int
    hits: int | None
    unknown: int
    interval: tuple[Decimal, Decimal] | None


class TargetOut(BaseModel):
    """What is to be reached, by which figure, and whether it is: met, near, missed or cannot_tell, as on the page."""

    name: str
    kind: str
    at_most: bool
    goal: Decimal | None
    compared: SampleOut
    verdict: str


class MeasureOut(BaseModel):
    """A measure as read in the window; `unit` says what its figure is in."""

    key: str
    name: str
    definition: str
    unit: str
    period: str
    reading: SampleOut
    before: SampleOut
    targets: list[TargetOut]
    read_at: datetime


class SplitOut(BaseModel):
    """One way to split it, by code ("" for what is not known)."""

    name: str
    parts: dict[str, SampleOut]


class MeasureWholeOut(MeasureOut):
    """A measure with its splits. The complaints behind it: `GET /complaints?measure=…&period=…&slice=name:code`."""

    splits: list[SplitOut]


class MeasuresOut(BaseModel):
    """Every measure that the caller may see."""

    items: list[MeasureOut]


@router.get("", response={200: MeasuresOut, **problems()}, summary="Measures within reach")
def listed(request: HttpRequest, asked: Query[WindowAsked]) -> dict[str, Any]:
    """Each as read now, in the order of their page."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    reach.need_anywhere(VIEW)
    wanted = _wanted(reach, asked)
    windows, held = Windows(reach, wanted), targets()
    found = [each for each in all_measures() if reach.holds(each.verb)]
    return {"items": [_measure(lines(windows, each, held), wanted) for each in found]}


@router.get("/{key}", response={200: MeasureWholeOut, **problems(404)}, summary="One measure")
def whole(request: HttpRequest, key: str, asked: Query[WindowAsked]) -> dict[str, Any]:
    """404 for one that is not there, or that the caller may not see."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    reach.need_anywhere(VIEW)
    measure = _named(reach, key)
    wanted = _wanted(reach, asked)
    here = window(reach, measure, wanted)
    splits = [
        {"name": name, "parts": {code: _sample(each) for code, each in split(here).items()}}
        for name, split in measure.slices.items()
    ]
    read = lines(Windows(reach, wanted), measure, targets())
    return _measure(read, wanted) | {"splits": splits}


def _named(reach: Reach, key: str) -> Measure:
    try:
        measure = measure_named(key)
    except KeyError as error:
        raise Http404 from error
    if not reach.holds(measure.verb):
        raise Http404
    return measure


def _wanted(reach: Reach, asked: WindowAsked) -> Asked:
    """The window; CallRefused for one that cannot be read, rather than another one in its place."""
    try:
        period = Period.read(asked.period) if asked.period else Period.quarter_of(timezone.localdate())
    except ValueError:
        raise CallRefused(422, "period_unknown", _("`period` is 2026, 2026Q3 or 2026-09")) from None
    if not asked.unit:
        return Asked(period, None)
    unit = None
    if "\x00" not in asked.unit:
        unit = Unit.objects.filter(code=asked.unit, pk__in=reach.units(VIEW)).first()
    if unit is None:
        raise CallRefused(422, "unit_unknown", _("`unit` is not the code of a unit within reach"))
    return Asked(period, unit)


def _measure(read: list[Line], wanted: Asked) -> dict[str, Any]:
    first = read[0]
    return {
        "key": first.measure.key,
        "name": str(first.measure.name),
        "definition": str(first.measure.definition),
        "unit": first.measure.unit,
        "period": wanted.period.key,
        "reading": _sample(first.sample),
        "before": _sample(first.before),
        "targets": [
            {
                "name": each.target.name,
                "kind": each.target.kind,
                "at_most": each.target.ceiling,
                "goal": each.goal,
                "compared": _sample(each.compared),
                "verdict": each.verdict,
            }
            for each in read
            if each.target
        ],
        "read_at": timezone.now(),
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "value": sample.value,
        "n": sample.n,
        "hits": sample.hits,
        "unknown": sample.unknown,
        "interval": sample.interval,
    }
