"""A case moves on to the calendar that came into force: what was judged stays, what runs is folded anew.

One rule for whoever comes first, the next verb on the case or the job that goes through them all: a verdict that was
given, or had fallen and was not noticed yet, when the new calendar came into force stands by the old one; every other
clock is folded by the new one, as if it had never run on another. So it is no matter how late the job comes, nor how often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from yinuo.engines.cases.clocks import JUDGED, Ticking, fold_all, pins_of
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions import shelf
from yinuo.engines.editions.shelf import Succession
from yinuo.engines.promises.fold import ClockState, Moment
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar
from yinuo.ground.worktime.comparing import Stretch, where_they_differ

HALTED = frozenset({"paused", "cannot_tell"})  # when these are due depends on what comes


class MovedDue(NamedTuple):
    """A clock whose due time another calendar moved."""

    promise: str
    was: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """A case that moved on, in memory: clocks whose earlier verdict stands, and what is due at another time."""

    standing: list[Clock]
    states: dict[str, ClockState]
    moved: list[MovedDue]


def follow(
    case: Case,
    promises: Sequence[Promise],
    moments: Sequence[Moment],
    clocks: Mapping[str, Clock],
    steps: Sequence[Succession],
    now: datetime,
    *,
    settled: bool = False,
) -> Followed:
    """Move a held case on through `steps`, the calendars that succeeded its own; writes nothing.

    `clocks` are its rows by promise, as of its last settling; what a file states is not ours to move. `settled`: no
    fact came since, so that a running clock's row still says what it was.
    """
    ours = {key: clock for key, clock in clocks.items() if not clock.stated}
    as_told = settled and all(clock.status not in HALTED for clock in ours.values())
    before: Mapping[str, Ticking] = ours if as_told else _states(case, promises, moments, ours, now)
    looks: Mapping[str, Ticking] = ours
    standing: list[Clock] = []
    for place, step in enumerate(steps):
        standing += _pin(case, ours, looks, step)
        case.calendar = step.edition
        until = steps[place + 1].since if place + 1 < len(steps) else now
        states = _states(case, promises, moments, ours, until)
        looks = states
    return Followed(standing, states, _moved(before, states, ours))


def _states(
    case: Case,
    promises: Sequence[Promise],
    moments: Sequence[Moment],
    clocks: Mapping[str, Clock],
    now: datetime,
) -> dict[str, ClockState]:
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    return fold_all(promises, moments, calendar, now, pins_of(clocks.values()))


def _pin(
    case: Case, clocks: Mapping[str, Clock], looks: Mapping[str, Ticking], step: Succession
) -> list[Clock]:
    """Have the verdicts that stand keep the calendar the case leaves, where the two would tell them differently."""
    stretch = differing(case.calendar_id, step.edition.pk)
    found = [
        clock
        for key, clock in clocks.items()
        if clock.calendar_id is None and key in looks and _stands(looks[key], step.since, stretch)
    ]
    for clock in found:
        clock.calendar_id = case.calendar_id
    return found


def _stands(look: Ticking, since: datetime, stretch: Stretch | None) -> bool:
    fallen = look.status == "running" and look.due_at is not None and look.due_at < since
    return (look.status in JUDGED or fallen) and touched(look, None, stretch)


class Told(Ticking, Protocol):
    """What tells whether another calendar concerns a clock: its row, or as much of it as was read."""

    @property
    def climb_at(self) -> datetime | None: ...
    @property
    def stated(self) -> bool: ...


def concerns(clocks: Sequence[Told], stretches: Sequence[Stretch | None]) -> bool:
    """Whether another calendar can change anything about a case's clocks, given where the calendars differ.

    What is reckoned up to its due time, or its next rung, with days outside is the same by both.
    """
    return any(
        touched(clock, clock.climb_at, stretch)
        for clock in clocks
        if not clock.stated
        for stretch in stretches
    )


def touched(look: Ticking, climb_at: datetime | None, stretch: Stretch | None) -> bool:
    """Whether what is told of a clock, up to its due time or its next rung, has part of where two calendars differ."""
    if stretch is None or look.started_at is None:
        return False
    if look.due_at is None or look.status in HALTED:
        return look.started_at < stretch.ends
    return stretch.touches(look.started_at, max(look.due_at, climb_at or look.due_at))


def _moved(
    before: Mapping[str, Ticking], after: Mapping[str, ClockState], clocks: Mapping[str, Clock]
) -> list[MovedDue]:
    """Only what a calendar moved: both were folded from the same facts."""
    pairs = [(key, before[key].due_at, after[key].due_at) for key in clocks if key in before]
    return [MovedDue(key, was, due) for key, was, due in pairs if was and due and was != due]


def fact_of(moved: MovedDue, promises: UUID, calendar: UUID) -> dict[str, Any]:
    """The data of its fact, on these editions."""
    editions = {"edition": promises, "calendar": calendar}
    return {"promise": moved.promise, **editions, "was": moved.was, "due": moved.due}


def differences(start: UUID, steps: Sequence[Succession]) -> list[Stretch | None]:
    """Where each calendar differs from the one before it."""
    editions = [start, *(step.edition.pk for step in steps)]
    return [differing(a, b) for a, b in pairwise(editions)]


@lru_cache(maxsize=64)
def differing(old: UUID, new: UUID) -> Stretch | None:
    """Where two calendar editions differ; they never change, so it is looked at once."""
    a: Calendar = shelf.parsed(shelf.by_id(old))
    b: Calendar = shelf.parsed(shelf.by_id(new))
    return where_they_differ(a, b)
