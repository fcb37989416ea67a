"""Clocks of a case: which promises apply, how they fold, and what a list needs to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from yinuo.engines.cases.models import NEVER, Clock, Lane
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState, Moment, fold
from yinuo.engines.promises.promise import Promise
from yinuo.facts.ids import new_id
from yinuo.ground.worktime import Calendar

JUDGED = frozenset({"kept", "broken"})


class Ticking(Protocol):
    """What `attention` needs of a clock: a row of the table or a state just folded."""

    @property
    def status(self) -> str: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...


def applicable(promises: Iterable[Promise], traits: Mapping[str, str]) -> list[Promise]:
    """The promises whose `when` accepts the case's traits; an empty `when` accepts every case."""
    return [p for p in promises if all(traits.get(trait) in allowed for trait, allowed in p.when.items())]


class Pin(NamedTuple):
    """The run of a clock whose verdict stands by an earlier calendar than its case is on now."""

    calendar: Calendar
    run: datetime | None


def fold_all(
    promises: Sequence[Promise],
    moments: Sequence[Moment],
    calendar: Calendar,
    now: datetime,
    pins: Mapping[str, Pin] = MappingProxyType({}),
) -> dict[str, ClockState]:
    """State of every promise at `now`, by its key; a verdict that stands is folded as it was."""
    return {
        promise.key: _fold(promise, moments, calendar, now, pins.get(promise.key)) for promise in promises
    }


def _fold(
    promise: Promise, moments: Sequence[Moment], calendar: Calendar, now: datetime, pin: Pin | None
) -> ClockState:
    """A run that began after the one whose verdict stands is judged by the present calendar."""
    if pin is not None:
        state = fold(promise, moments, pin.calendar, now)
        if state.started_at == pin.run:
            return state
    return fold(promise, moments, calendar, now)


def pins_of(clocks: Iterable[Clock]) -> dict[str, Pin]:
    """Which verdicts of a case stand by which calendar, by promise."""
    return {
        clock.promise: Pin(shelf.parsed(shelf.by_id(clock.calendar_id)), clock.started_at)
        for clock in clocks
        if clock.calendar_id is not None
    }


def attention(clocks: Iterable[Ticking], *, is_open: bool) -> tuple[Lane, datetime]:
    """The lane of a case and the due time it is sorted by: overdue, cannot tell, nearest running, paused; a kept or
    lapsed clock asks for nothing."""
    if not is_open:
        return Lane.CLOSED, NEVER
    ranked = [_attention_of(clock) for clock in clocks]
    return min(ranked, default=(Lane.QUIET, NEVER))


def _attention_of(clock: Ticking) -> tuple[Lane, datetime]:
    if clock.stopped_at is None and clock.status == "broken" and clock.due_at:
        return Lane.OVERDUE, clock.due_at
    if clock.status == "cannot_tell":
        return Lane.CANNOT_TELL, clock.due_at or NEVER
    if clock.status == "running" and clock.due_at:
        return Lane.RUNNING, clock.due_at
    if clock.status == "paused":
        return Lane.PAUSED, clock.due_at or NEVER
    return Lane.QUIET, NEVER


def pressing(clocks: Iterable[Clock]) -> Clock | None:
    """The clock of an open case that asks for attention first; None where none asks for any."""
    ranked = [(_attention_of(clock), clock.position, clock) for clock in clocks]
    (lane, _due), _place, clock = min(ranked, default=((Lane.QUIET, NEVER), 0, None), key=itemgetter(0, 1))
    return clock if lane != Lane.QUIET else None


def clock_row(
    case_id: UUID, promise: str, position: int, state: ClockState, climb_at: datetime | None
) -> dict[str, Any]:
    """The column values of one clock."""
    placed = {"id": new_id(), "case_id": case_id, "promise": promise, "position": position}
    return placed | columns(state, climb_at)


def columns(state: ClockState, climb_at: datetime | None) -> dict[str, Any]:
    """The part of a clock's row that a fold and its ladder decide."""
    return {
        "status": state.status,
        "started_at": state.started_at,
        "due_at": state.due_at,
        "nominal_due_at": state.nominal_due_at,
        "warn_at": state.warn_at,
        "stopped_at": state.stopped_at,
        "judged_at": state.judged_at,
        "paused_minutes": state.paused_minutes,
        "stated": False,
        "climb_at": climb_at,
    }


def differing(clock: Clock, state: ClockState, climb_at: datetime | None) -> dict[str, Any]:
    """What a fold changes in a clock's row. A run that began after a verdict that stands is of the present calendar."""
    wanted = columns(state, climb_at)
    if clock.calendar_id is not None and clock.started_at != state.started_at:
        wanted["calendar_id"] = None
    return {name: value for name, value in wanted.items() if getattr(clock, name) != value}
