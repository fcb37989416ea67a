"""Climbing: when the next rung of a running clock is due. Pure, like the fold.

A rung is told once in a run. Its time is the clock's own: working time where the promise counts it, moved by the
same pauses, and by an extension if that came before the rung. Where whoever was told last does not acknowledge in
time, the next rung comes at the end of that time instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.promise import Promise
from yinuo.engines.promises.rungs import Rung
from yinuo.ground.worktime import Calendar, Pause
from yinuo.ground.worktime.deadline import timing

CLIMBS = frozenset({"running", "paused", "broken"})


class ToldRung(NamedTuple):
    """A rung of this run that was told, and when somebody acknowledged it, if anybody did."""

    told_at: datetime
    acknowledged_at: datetime | None = None


class NextRung(NamedTuple):
    """Which rung, counted from 0, and when it is due: it is reached once that time has passed."""

    place: int
    at: datetime


def next_rung(
    promise: Promise, state: ClockState, calendar: Calendar, told: Sequence[ToldRung]
) -> NextRung | None:
    """The lowest rung of the run that was not told; `told` are those that were, in their order.

    None where none is left, where the clock has stopped or cannot be told, and while it is paused.
    """
    place = len(told)
    if place >= len(promise.ladder) or state.status not in CLIMBS or state.stopped_at is not None:
        return None
    if state.started_at is None or state.due_at is None:
        return None
    at = _own_time(promise, promise.ladder[place], state, calendar)
    if told:
        at = min(at, _unacknowledged(promise, told[-1], state, calendar) or at)
    if state.status == "paused" and at > state.pauses[-1][0]:
        return None
    return NextRung(place, at)


def _own_time(promise: Promise, rung: Rung, state: ClockState, calendar: Calendar) -> datetime:
    """When a rung is due whether or not anybody acknowledged."""
    if state.started_at is None or state.due_at is None or state.within is None:
        raise ValueError("state: the clock has not started")
    if rung.after is not None:
        return calendar.due(state.due_at, rung.after).at
    if rung.at is None or rung.at == 1:
        return state.due_at
    if rung.at == promise.warn and state.warn_at is not None:
        return state.warn_at
    return timing(calendar, state.started_at, state.within, rung.at, state.pauses).warn_at


def _unacknowledged(
    promise: Promise, last: ToldRung, state: ClockState, calendar: Calendar
) -> datetime | None:
    """When whoever was told last ran out of time to say so; None where they said so in time, or need not."""
    if promise.acknowledge is None or state.due_at is None:
        return None
    until = calendar.due(last.told_at, promise.acknowledge, _before(state.pauses, state.due_at)).at
    said_in_time = last.acknowledged_at is not None and last.acknowledged_at <= until
    return None if said_in_time else until


def _before(pauses: Sequence[Pause], due_at: datetime) -> tuple[Pause, ...]:
    """The pauses that hold the clock up: one that begins after the due time does nothing."""
    return tuple(pause for pause in pauses if pause[0] < due_at)
