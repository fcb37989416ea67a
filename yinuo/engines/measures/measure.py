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

from yinuo.engines.measures.intervals import count_interval, mean_interval, wilson
from yinuo.engines.measures.periods import Period

NOT_KNOWN = Decimal(0)  # the exposure of a rate that nobody knows, or of which there is none
UNITS = ("share", "working_days", "days", "minutes", "money", "count", "times", "rate")  # money: minor units


@dataclass(frozen=True, slots=True)
class Window:
    """What a reading is about: a period and the units the reader may see (None: all of them).

    `kept` is what measures read once for all that are asked about the same window, while a page is made.
    """

    period: Period
    units: frozenset[UUID] | None = None
    slice: str = ""
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was counted. A share gives `hits`; a mean gives `total` and `squares`; `unknown` could not be told.

    A rate is `n` times `per`, held against an `exposure` (1 for a plain number); NOT_KNOWN where nobody knows it.
    """

    n: int
    unknown: int = 0
    hits: int | None = None
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    exposure: Decimal | None = None
    per: int = 1

    @property
    def value(self) -> Decimal | None:
        """Share (0..1), mean or rate; None without observations, and of a rate without exposure."""
        if self.exposure is not None:
            return Decimal(self.n * self.per) / self.exposure if self.exposure > 0 else None
        if self.n == 0:
            return None
        return Decimal(self.hits if self.hits is not None else self.total) / self.n

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """95 % interval, None where it would mislead."""
        if self.exposure is not None:
            return self._rate_interval(self.exposure)
        if self.hits is not None:
            return wilson(self.hits, self.n)
        return mean_interval(self.n, self.total, self.squares)

    def tells(self, enough: int) -> bool:
        """Whether there is enough to go by: of a rate, that its exposure is known; else so many observations."""
        return self.value is not None and (self.exposure is not None or self.n >= enough)

    def _rate_interval(self, exposure: Decimal) -> tuple[Decimal, Decimal] | None:
        if exposure <= 0:
            return None
        low, high = count_interval(self.n)
        return low * self.per / exposure, high * self.per / exposure


@dataclass(frozen=True, slots=True)
class Measure:
    """`sample` counts in a window; `cases` are exactly the cases counted there.

    `unit` is one of UNITS. `fact` is the kind of fact that feeds it: a measure that nothing feeds is an error. `slices`
    splits it: name -> function from a window to {code: Sample}. `within` counts how many stay within a limit given in
    the unit. What its page says besides `definition`, the formula: by which `clock` time is counted, whose figure it
    is (`source`), and what is `left_out`.
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
    within: Callable[[Window, Decimal], Sample] | None = None
    clock: str | LazyText = ""
    source: str | LazyText = ""
    left_out: str | LazyText = ""


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
