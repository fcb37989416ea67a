"""Measure: what is counted, how, and from which cases. Reading: the figure, how many, how sure, as of when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise as LazyText

from yinuo.engines.measures.intervals import mean_interval, wilson
from yinuo.engines.measures.periods import Period


@dataclass(frozen=True, slots=True)
class Window:
    """What a reading is about: a period and the units the reader may see (None: all of them)."""

    period: Period
    units: frozenset[UUID] | None = None
    slice: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was counted. A share gives `hits`; a mean gives `total` and `squares`; `unknown` could not be told."""

    n: int
    unknown: int = 0
    hits: int | None = None
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)

    @property
    def value(self) -> Decimal | None:
        """Share (0..1) or mean; None without observations."""
        if self.n == 0:
            return None
        return Decimal(self.hits if self.hits is not None else self.total) / self.n

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """95 % interval, None where it would mislead."""
        if self.hits is not None:
            return wilson(self.hits, self.n)
        return mean_interval(self.n, self.total, self.squares)


@dataclass(frozen=True, slots=True)
class Measure:
    """`sample` counts in a window; `cases` are exactly the cases counted there.

    `unit` is one of share, working_days, days, money (minor units). `fact` is the kind of fact that feeds it: a measure that
    nothing feeds is an error. `slices` splits it: name -> function from a window to {code: Sample}.
    """

    key: str
    name: str | LazyText
    definition: str | LazyText
    unit: str
    verb: str
    fact: str
    sample: Callable[[Window], Sample]
    cases: Callable[[Window], QuerySet[Any]]
    list_url: str
    slices: Mapping[str, Callable[[Window], Mapping[str, Sample]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of a measure in a window, read at a moment."""

    measure: Measure
    window: Window
    sample: Sample
    as_of: datetime


_measures: dict[str, Measure] = {}


def declare_measure(measure: Measure) -> None:
    """Make a measure known; ValueError if another one has its key."""
    if measure.key in _measures and _measures[measure.key].sample is not measure.sample:
        raise ValueError(f"measure {measure.key!r} is declared twice")
    _measures[measure.key] = measure


def measure_named(key: str) -> Measure:
    """The measure of that key; KeyError if nobody declared it."""
    return _measures[key]


def all_measures() -> list[Measure]:
    """Every declared measure, in order of declaration."""
    return list(_measures.values())


def read(measure: Measure, window: Window, as_of: datetime) -> Reading:
    """Count now."""
    return Reading(measure, window, measure.sample(window), as_of)
