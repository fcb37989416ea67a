"""Cases that another calendar moves without being folded: nothing happened to the clocks it touches but their start.

Whatever is not as plain as that (a pause, an extension, a lapse, a day that was given, a verdict about to fall, a verdict
that a file states, several calendars at once) is left to `rejudging.follow`, which folds the facts; so is every doubt.
What is told here is what the fold would tell: a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from yinuo.engines.cases.clocks import JUDGED, attention
from yinuo.engines.cases.columns import CaseRow, ClockRow, RungRow
from yinuo.engines.cases.models import Lane
from yinuo.engines.cases.rejudging import HALTED, MovedDue, touched
from yinuo.engines.editions import shelf
from yinuo.engines.promises.ladder import ToldRung, next_rung
from yinuo.engines.promises.plain import Follows, Reckoner, is_plain
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar
from yinuo.ground.worktime.comparing import Stretch


@dataclass(slots=True)
class Plain:
    """What another calendar makes of a plain case: clocks with other times, those whose verdict stands, what moved."""

    clocks: list[ClockRow] = field(default_factory=list)
    standing: list[UUID] = field(default_factory=list)
    moved: list[MovedDue] = field(default_factory=list)
    placed: tuple[Lane, datetime] | None = None  # None: where the case stands in lists is not looked at


@dataclass(frozen=True, slots=True)
class Turn:
    """A calendar takes the place of another, from which it differs in `stretch`; looked at by `now`."""

    new: UUID
    stretch: Stretch
    now: datetime

    def looks_plain(self, case: CaseRow, clocks: Sequence[ClockRow]) -> bool:
        """Whether the rows alone leave it possible that the case is plain."""
        promises = _reckoners(case.promises, self.new)
        return promises is not None and all(
            clock.promise in promises and self._is_simple(clock) for clock in clocks
        )

    def _is_simple(self, clock: ClockRow) -> bool:
        if clock.stated or clock.status in HALTED:
            return False
        fallen = clock.status == "running" and (clock.due_at is None or clock.due_at < self.now)
        if fallen or not touched(clock, clock.climb_at, self.stretch):
            return not fallen
        if clock.status in JUDGED:
            return clock.stopped_at is not None and clock.climb_at is None
        return clock.status == "running" and clock.calendar is None

    def move(
        self, case: CaseRow, clocks: Sequence[ClockRow], kinds: Sequence[str], rungs: Sequence[RungRow]
    ) -> Plain | None:
        """What becomes of a case that looks plain, given its facts' kinds and its rungs; None where it is to be folded."""
        promises = _reckoners(case.promises, self.new)
        if promises is None or any(_is_stray(rung, clocks) for rung in rungs):
            return None
        found, after = Plain(), list(clocks)
        for place, clock in enumerate(clocks):
            if not touched(clock, clock.climb_at, self.stretch):
                continue
            if clock.status in JUDGED:
                if clock.calendar is None:
                    found.standing.append(clock.pk)
                continue
            reckoner = promises[clock.promise]
            if not is_plain(reckoner.promise, kinds):
                return None
            moved = self._again(clock, reckoner, [rung for rung in rungs if rung.promise == clock.promise])
            if moved is None:
                return None
            if moved != clock:
                after[place] = moved
                found.clocks.append(moved)
            if clock.due_at is not None and moved.due_at is not None and moved.due_at != clock.due_at:
                found.moved.append(MovedDue(clock.promise, clock.due_at, moved.due_at))
        found.placed = attention(after, is_open=True)
        return found

    def _again(self, clock: ClockRow, reckoner: Reckoner, rungs: Sequence[RungRow]) -> ClockRow | None:
        """A running clock by the new calendar; None where a verdict falls by it, which is the fold's to tell."""
        if clock.started_at is None:
            return None
        found = reckoner.of(clock.started_at)
        if found.due_at < self.now:
            return None
        climb_at = _climb(clock, found, reckoner, rungs) if rungs else found.climb_at
        state = found.state
        return clock._replace(
            due_at=found.due_at,
            nominal_due_at=state.nominal_due_at,
            warn_at=state.warn_at,
            climb_at=climb_at,
        )


def _climb(clock: ClockRow, found: Follows, reckoner: Reckoner, rungs: Sequence[RungRow]) -> datetime | None:
    """When the next rung is due, with those that were told of this run."""
    told = [ToldRung(rung.told_at, rung.acknowledged_at) for rung in rungs if rung.run == clock.started_at]
    state = replace(found.state, started_at=clock.started_at)  # it may be of another start of the day
    rung = next_rung(reckoner.promise, state, reckoner.calendar, told)
    return rung and rung.at


def _is_stray(rung: RungRow, clocks: Sequence[ClockRow]) -> bool:
    """Nobody acknowledged it, and its run does not go on: the fold ends it."""
    if rung.acknowledged_at is not None or rung.ended_at is not None:
        return False
    return not any(
        clock.promise == rung.promise and clock.started_at == rung.run and clock.stopped_at is None
        for clock in clocks
    )


@lru_cache(maxsize=256)
def _reckoners(promises: UUID, calendar: UUID) -> Mapping[str, Reckoner] | None:
    """The promises of an edition by a calendar; None where they ask for traits, which no column says."""
    found: list[Promise] = shelf.parsed(shelf.by_id(promises))
    by: Calendar = shelf.parsed(shelf.by_id(calendar))
    return None if any(each.when for each in found) else {each.key: Reckoner(each, by) for each in found}
