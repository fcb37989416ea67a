"""The rungs of a case: which were told, when the next is due, which have ended with their clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from yinuo.engines.cases.models import Case, Rung
from yinuo.engines.cases.rows import rungs_of
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.ladder import NextRung, ToldRung, next_rung
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar


def of_run(rungs: Iterable[Rung], promise: str, state: ClockState) -> list[Rung]:
    """The rungs of the present run of a clock, the lowest first."""
    found = [rung for rung in rungs if rung.promise == promise and rung.run == state.started_at]
    return sorted(found, key=lambda rung: rung.place)


def next_of(
    promise: Promise, state: ClockState, calendar: Calendar, rungs: Iterable[Rung]
) -> NextRung | None:
    """The next rung of a clock, from what was told of this run; None where there is none to climb."""
    told = [ToldRung(rung.told_at, rung.acknowledged_at) for rung in of_run(rungs, promise.key, state)]
    return next_rung(promise, state, calendar, told)


def next_climbs(
    promises: Iterable[Promise], states: Mapping[str, ClockState], calendar: Calendar, rungs: Iterable[Rung]
) -> dict[str, datetime]:
    """When each clock that climbs has its next rung, by promise."""
    told = list(rungs)
    found = {
        promise.key: next_of(promise, states[promise.key], calendar, told)
        for promise in promises
        if promise.ladder and promise.key in states
    }
    return {key: rung.at for key, rung in found.items() if rung is not None}


def climbs_of(case: Case, states: Mapping[str, ClockState], now: datetime) -> dict[str, datetime]:
    """The same for a held case; rungs whose clock has stopped, or that the case leaves behind, end here."""
    promises: list[Promise] = [each for each in shelf.parsed(shelf.by_id(case.promises_id)) if each.ladder]
    if not promises:
        return {}
    rungs = rungs_of(case)
    over = [rung.pk for rung in rungs if _is_over(rung, case, states)]
    if over:
        Rung.objects.filter(pk__in=over).update(ended_at=now)
    calendar: Calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    return next_climbs(promises, states, calendar, rungs) if case.is_open else {}


def _is_over(rung: Rung, case: Case, states: Mapping[str, ClockState]) -> bool:
    """Nobody acknowledged, and nothing is left to acknowledge."""
    if rung.acknowledged_at is not None or rung.ended_at is not None:
        return False
    state = states.get(rung.promise)
    goes_on = state is not None and state.stopped_at is None and state.started_at == rung.run
    return not (case.is_open and goes_on)
