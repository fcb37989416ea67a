"""Clocks to which nothing has happened but their start: what follows from it, worked out once for many. Pure.

Most clocks that run are of this kind. A limit in days, natural or worked, begins with the day after its start: every start
of one day has the same due time, warning and first rung, as long as none of these falls on that very day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from yinuo.engines.promises.fold import ClockState, Moment, fold
from yinuo.engines.promises.ladder import next_rung
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar, Span

BY_THE_DAY = frozenset({"days", "working days"})


def is_plain(promise: Promise, kinds: Iterable[str]) -> bool:
    """Whether facts of these kinds, one for each fact, are a start of the clock and nothing else that can move it."""
    heard = [kind for kind in kinds if kind in promise.kinds]
    return len(heard) == 1 and heard[0] in promise.starts and isinstance(promise.within, Span)


class Follows(NamedTuple):
    """What follows from a start: `state` as it stands at the start, and when the first rung of its ladder is due."""

    state: ClockState
    due_at: datetime
    climb_at: datetime | None


class Reckoner:
    """One promise by one calendar, for any number of plain clocks; remembers at most one answer for each day."""

    def __init__(self, promise: Promise, calendar: Calendar) -> None:
        self.promise, self.calendar = promise, calendar
        self._shared = isinstance(promise.within, Span) and promise.within.unit in BY_THE_DAY
        self._by_day: dict[date, Follows] = {}

    def of(self, start: datetime) -> Follows:
        """What follows from this start; its `state` may be that of another start of the same day."""
        if not self._shared:
            return self._reckon(start)
        day = self.calendar.local(start).date()
        found = self._by_day.get(day)
        if found is None:
            found = self._reckon(start)
            if self._is_of_the_day(day, found):
                self._by_day[day] = found
        return found

    def _reckon(self, start: datetime) -> Follows:
        state = fold(self.promise, [Moment(self.promise.starts[0], start)], self.calendar, start)
        if state.due_at is None:
            raise ValueError(f"{self.promise.key}: no due time follows from a start alone")
        rung = next_rung(self.promise, state, self.calendar, ())
        return Follows(state, state.due_at, rung and rung.at)

    def _is_of_the_day(self, day: date, found: Follows) -> bool:
        """Nothing falls on the day itself, where the time of the start would tell."""
        over = self.calendar.moment(day.toordinal() + 1)
        moments = (found.due_at, found.state.nominal_due_at, found.state.warn_at, found.climb_at)
        return all(moment is None or moment > over for moment in moments)
