"""The clock fold: from what happened to how a promise stands. Pure; `now` is an argument.

One run of a clock goes from a start to the next stop; a start after a stop begins a new run. A pause counts
from inside its run only, and only if it begins before the run is due; an extension, only if it was given by then.
A run lapses without a verdict when nobody waits for it any more; one that is broken by then stays broken and open.
What lapses it may be taken back: then it never lapsed, and whatever has run out meanwhile is broken.
Where the case gives its own day, another one given by then takes its place; what is overdue stays so, whatever is
promised next.
The verdict is given at its own time: a breach is stamped when it was due, however late it is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from operator import itemgetter
from typing import Literal, NamedTuple

from yinuo.engines.promises.limits import limit_of
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar, DayNote, Due, Pause, Span, Until
from yinuo.ground.worktime.deadline import Timing, timing

Status = Literal["waiting", "running", "paused", "kept", "broken", "lapsed", "cannot_tell"]
_MINUTE = timedelta(minutes=1)
_EVER = datetime.min.replace(tzinfo=UTC)


class Moment(NamedTuple):
    """A fact of this kind happened at this aware time; None: it did, but nobody knows when. `day`: the one it says."""

    kind: str
    at: datetime | None
    day: date | None = None


@dataclass(frozen=True)
class ClockState:
    """How a promise stands. Times are None where there is nothing to say.

    `due_at` includes the pauses so far (while paused: as if resumed now) and moves off days of rest;
    `nominal_due_at` does not roll. `judged_at` is when the verdict fell: the stop of a kept promise, the due
    time of a broken one. `stopped_at` is when the run ended, by its stop or by lapsing. `paused_minutes` are
    countable minutes, rounded down. `within` is the limit with its extensions, `pauses` are those of this run, the
    last up to `now` where it has not ended.
    """

    status: Status
    started_at: datetime | None = None
    due_at: datetime | None = None
    nominal_due_at: datetime | None = None
    warn_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_minutes: int = 0
    judged_at: datetime | None = None
    unconfirmed: bool = False
    within: Span | Until | None = None
    pauses: tuple[Pause, ...] = ()
    _asked: Due | None = field(default=None, repr=False, compare=False)

    @cached_property
    def days(self) -> tuple[DayNote, ...]:
        """Why this date: every day counted, skipped or paused; worked out only when asked for."""
        return self._asked.days if self._asked else ()


def fold(promise: Promise, moments: Sequence[Moment], calendar: Calendar, now: datetime) -> ClockState:
    """The latest run of a clock as it stands at `now`; what happens later is not looked at.

    Moments need no order; those of the same time count in the order given, and one without a time stands
    behind the one before it. ValueError: a time without a zone.
    """
    laps = _laps(promise, moments, calendar, now)
    return _judge(promise, laps[-1], calendar, now) if laps else ClockState("waiting")


def fold_runs(
    promise: Promise, moments: Sequence[Moment], calendar: Calendar, now: datetime
) -> list[ClockState]:
    """Every run of a clock, oldest first: the last is what `fold` gives; none yet is an empty list."""
    return [_judge(promise, lap, calendar, now) for lap in _laps(promise, moments, calendar, now)]


@dataclass(slots=True)
class _Lap:
    """One run while it is being read."""

    start: datetime | None
    within: Span | Until | None  # None: a day was to be given, and nobody knows which
    stop: datetime | None = None
    stopped: bool = False
    lapsed: datetime | None = None  # nobody waits for it since
    doubtful: bool = False  # a pause or its end has no known time
    pauses: list[Pause] = field(default_factory=list)
    standing: set[str] = field(default_factory=set)  # the kinds of pause not ended yet
    since: datetime | None = None  # when the present pause began

    @property
    def over(self) -> bool:
        """Nothing but the time of its stop can still be told about it."""
        return self.stopped or self.lapsed is not None

    @property
    def ended(self) -> datetime | None:
        """When it ended, if it did and somebody knows."""
        return self.stop or self.lapsed


def _laps(promise: Promise, moments: Sequence[Moment], calendar: Calendar, now: datetime) -> list[_Lap]:
    laps: list[_Lap] = []
    for moment in _standing(promise, _in_order(promise.kinds, moments, now)):
        if laps:
            _continue(promise, laps[-1], moment, calendar)
        if moment.kind in promise.starts and (not laps or laps[-1].over):
            laps.append(_Lap(moment.at, limit_of(promise.within, moment.day, moment.at)))
    return laps


def _standing(promise: Promise, moments: list[Moment]) -> list[Moment]:
    """Without what lapsed the clock and was taken back later, and without the taking back."""
    left: list[Moment] = []
    for moment in moments:
        undone = promise.restores.get(moment.kind)
        if undone is None:
            left.append(moment)
        elif places := [place for place, each in enumerate(left) if each.kind == undone]:
            del left[places[-1]]
    return left


def _continue(promise: Promise, lap: _Lap, moment: Moment, calendar: Calendar) -> None:
    """What a moment does to the present run; a time that was not known may be supplied later."""
    kind, at, _day = moment
    if kind in promise.stops and lap.ended is None:
        lap.stopped, lap.stop = True, at
    elif not lap.over:
        if kind in promise.starts and lap.start is None:
            lap.start = at
        if kind in promise.until and _still_runs(promise, lap, at, calendar):
            lap.within = limit_of(promise.within, moment.day, at)
        if kind in promise.pauses or kind in promise.resumes:
            _pause_or_resume(promise, lap, kind, at)
        if kind in promise.extends:
            _extend(promise, lap, kind, at, calendar)
        if kind in promise.lapses:
            _lapse(promise, lap, at, calendar)


def _lapse(promise: Promise, lap: _Lap, at: datetime | None, calendar: Calendar) -> None:
    """Nobody waits any more. What is broken by then stays so; at the very end it is not broken yet."""
    if _still_runs(promise, lap, at, calendar):
        lap.lapsed = at


def _extend(promise: Promise, lap: _Lap, kind: str, at: datetime | None, calendar: Calendar) -> None:
    """A longer limit, if it was given while the present one still ran; at its very end is in time."""
    if _still_runs(promise, lap, at, calendar) and isinstance(lap.within, Span):
        lap.within = promise.longer(kind, lap.within)


def _still_runs(promise: Promise, lap: _Lap, at: datetime | None, calendar: Calendar) -> bool:
    """Whether the limit had not passed by then; a time that nobody knows leaves the run in doubt."""
    if at is None:
        lap.doubtful = True
    if at is None or lap.start is None:
        return False
    found = _timing(promise, lap, calendar, at)
    return found is None or at <= found.due.at


def _timing(promise: Promise, lap: _Lap, calendar: Calendar, now: datetime) -> Timing | None:
    """All that follows from a start; None while nobody knows it, or the limit."""
    if lap.start is None or lap.within is None:
        return None
    return timing(calendar, lap.start, lap.within, promise.warn, _pauses(lap, now))


def _pauses(lap: _Lap, now: datetime) -> tuple[Pause, ...]:
    return (*lap.pauses, (lap.since, now)) if lap.since else tuple(lap.pauses)


def _in_order(kinds: frozenset[str], moments: Iterable[Moment], now: datetime) -> list[Moment]:
    """What can move this clock and has happened by `now`, by time."""
    placed, last = [], _EVER
    try:
        for moment in moments:
            if moment.kind in kinds:
                last = moment.at or last
                if last <= now:
                    placed.append((last, moment))
    except TypeError:
        raise ValueError("moments, now: a time has no time zone") from None
    placed.sort(key=itemgetter(0))
    return [moment for _, moment in placed]


def _pause_or_resume(promise: Promise, lap: _Lap, kind: str, at: datetime | None) -> None:
    """Pauses of several kinds may overlap: the clock stands until the last of them has ended."""
    if at is None:
        lap.doubtful = True
    elif kind in promise.pauses:
        lap.since = lap.since or at
        lap.standing.add(kind)
    elif lap.since is not None:
        lap.standing -= promise.ends_of[kind]
        if not lap.standing:
            lap.pauses.append((lap.since, at))
            lap.since = None


def _judge(promise: Promise, lap: _Lap, calendar: Calendar, now: datetime) -> ClockState:
    found = _timing(promise, lap, calendar, lap.ended or now)
    if found is None:
        return ClockState("cannot_tell", started_at=lap.start, stopped_at=lap.ended)
    due, warn_at, paused = found
    status = _status(lap, due.at, now)
    return ClockState(
        status=status,
        started_at=lap.start,
        due_at=due.at,
        nominal_due_at=due.nominal,
        warn_at=warn_at,
        stopped_at=lap.ended,
        paused_minutes=paused // _MINUTE,
        judged_at=due.at if status == "broken" else lap.stop if status == "kept" else None,
        unconfirmed=due.unconfirmed,
        within=lap.within,
        pauses=_pauses(lap, lap.stop or now),
        _asked=due,
    )


def _status(lap: _Lap, due_at: datetime, now: datetime) -> Status:
    """A stop at exactly the due time keeps the promise; without a stop it is broken only after it."""
    if lap.doubtful or (lap.stopped and lap.stop is None):
        return "cannot_tell"
    if lap.stop is not None:
        return "kept" if lap.stop <= due_at else "broken"
    if lap.lapsed is not None:
        return "lapsed"
    if lap.since is not None and lap.since < due_at:
        return "paused"
    return "broken" if now > due_at else "running"
