"""The figure a prevention is opened at, the same figure measured again, and what the two say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yinuo.engines.measures.measure import Measure, Window, all_measures, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.engines.measures.targets import ENOUGH
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import subtree
from yinuo.packs.preventions.models import Better, Figure, Span, Verdict

BY_CAUSE = "cause"  # the way of splitting that a measure must know
PLACES = Decimal("0.000001")


def measures() -> list[Measure]:
    """Those a prevention can be verified by: the ones that are split by cause."""
    return [measure for measure in all_measures() if BY_CAUSE in measure.slices]


def is_measurable(key: str) -> bool:
    """Whether a measure is one of them."""
    return any(measure.key == key for measure in measures())


def slice_of(cause: str) -> str:
    """The slice of a cause, as measures read it."""
    return f"{BY_CAUSE}:{cause}"


def period_of(span: str, day: date) -> Period:
    """The month or quarter a day lies in."""
    return Period.quarter_of(day) if span == Span.QUARTER else Period.read(f"{day:%Y-%m}")


def period_before(span: str, day: date) -> Period:
    """The last one that is whole when a prevention is opened."""
    return period_of(span, day).previous()


def period_after(span: str, done: date) -> Period:
    """The first one that lies whole after the day it was carried out."""
    return period_of(span, done).following()


def taken(measure: str, period: Period, unit: Unit, cause: str, on: date) -> dict[str, Any]:
    """The figure of a cause in a unit and all below it, as the columns of a Figure."""
    sample = measure_named(measure).sample(Window(period, subtree(unit.pk, on), slice_of(cause)))
    interval = sample.interval if sample.tells(ENOUGH) else None
    low, high = interval or (None, None)
    return {
        "period": period.key, "value": _rounded(sample.value), "low": _rounded(low), "high": _rounded(high),
        "n": sample.n,
    }  # fmt: skip


def told(figure: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a fact says it: a decimal that nobody knows is left out."""
    return {name: value for name, value in figure.items() if value is not None}


def verdict(before: Figure, after: Mapping[str, Any], better: str) -> Verdict:
    """Better or not, where the two intervals are apart; where they meet, or there is none, nobody can tell."""
    low, high = after["low"], after["high"]
    if before.low is None or before.high is None or low is None or high is None:
        return Verdict.CANNOT_TELL
    if low <= before.high and high >= before.low:
        return Verdict.CANNOT_TELL
    fell = high < before.low
    return Verdict.BETTER if fell == (better == Better.LOWER) else Verdict.NOT_BETTER


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(PLACES)
