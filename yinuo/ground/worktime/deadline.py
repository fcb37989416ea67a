"""When a span ends, when to warn before it does, and what a pause moves.

Civil Code art. 200-204: the day of the start is not counted; hours count from the moment; a last day that is
a day of rest moves to the next working day; the last day ends at close of business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from yinuo.ground.worktime.span import Span
from yinuo.ground.worktime.until import Until

if TYPE_CHECKING:
    from yinuo.ground.worktime.calendar import Calendar
    from yinuo.ground.worktime.explanation import DayNote

# From when to when; several are given in order and do not overlap.
Pause = tuple[datetime, datetime]

# Microseconds. However short the span, five minutes before its end is late enough to warn.
LAST_CALL = 300_000_000
DAY = 86_400_000_000
_MICROSECOND = timedelta(0, 0, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Due:
    """The end of a span, in the calendar's zone.

    `nominal` is the end before it rolled off a day of rest: warn on that, hold the bank to `at`.
    `unconfirmed`: a year it depends on has no confirmed holidays yet, so the date may still move.
    """

    at: datetime
    nominal: datetime
    unconfirmed: bool
    _calendar: Calendar = field(repr=False, compare=False)
    _start: datetime = field(repr=False, compare=False)
    _span: Span | Until = field(repr=False, compare=False)
    _pauses: tuple[Pause, ...] = field(repr=False, compare=False)

    @cached_property
    def days(self) -> tuple[DayNote, ...]:
        """Why this date; worked out only when asked for."""
        return self._calendar.explain(self._start, self._span, self._pauses)


class Timing(NamedTuple):
    """All that follows from a start: the end, when to warn, and the countable time that pauses took out."""

    due: Due
    warn_at: datetime
    paused: timedelta


def due(calendar: Calendar, start: datetime, span: Span | Until, pauses: Sequence[Pause] = ()) -> Due:
    """The end of a span alone; see `timing`."""
    return timing(calendar, start, span, Decimal(1), pauses).due


def timing(
    calendar: Calendar, start: datetime, span: Span | Until, used: Decimal, pauses: Sequence[Pause] = ()
) -> Timing:
    """When a span ends, and when the share `used` (0-1) of it is gone or five minutes are left.

    A pause that begins before either moves it by the countable time that was paused; a pause at the end is
    too late. ValueError: a naive or absurd `start`, or pauses on natural days (a legal limit is not paused) or on a
    day that was set.
    """
    local = calendar.local(start)
    if isinstance(span, Until):
        if pauses:
            raise ValueError("pauses: a limit that is a day is never paused")
        return _set(calendar, local, span, used)
    if span.unit == "days":
        if pauses:
            raise ValueError("pauses: a limit in natural days is never paused")
        return _natural(calendar, local, span, used)
    origin = local.year
    begins, length = _begins_and_length(calendar, local, span)
    cuts = [(_read(calendar, span, origin, p), _read(calendar, span, origin, r)) for p, r in pauses]
    paused = _paused(cuts, begins, begins + length)
    end = _write(calendar, span, origin, begins + length + paused)
    gone = begins + min(int(length * used), max(length - LAST_CALL, 0))
    warn_at = _write(calendar, span, origin, gone + _paused(cuts, begins, gone))
    unconfirmed = span.working and _unconfirmed(calendar, origin, end)  # plain hours need no holidays
    made = Due(end, end, unconfirmed, calendar, start, span, tuple(pauses))
    return Timing(made, max(warn_at, local), timedelta(microseconds=paused))


def _natural(calendar: Calendar, local: datetime, span: Span, used: Decimal) -> Timing:
    """Natural days: of 24 hours from the midnight after day 0; the warning looks at the nominal end."""
    day0 = local.toordinal()
    last = date.fromordinal(day0 + span.number)
    at = nominal = calendar.close_of(last)
    if span.rolls and not calendar.is_working(last):
        at = calendar.close_of(calendar.add_working_days(last, 1))
    warn_at = min(calendar.moment(day0 + 1, int(span.number * DAY * used)), nominal)
    unconfirmed = span.rolls and _unconfirmed(calendar, last.year, at)
    return Timing(Due(at, nominal, unconfirmed, calendar, local, span, ()), warn_at, timedelta(0))


def _set(calendar: Calendar, local: datetime, until: Until, used: Decimal) -> Timing:
    """A day that was set: reckoned like the natural days up to it; no warning comes before the start."""
    day0, last = local.toordinal(), until.named(calendar)
    at, nominal = until.ends(calendar), calendar.close_of(last)
    share = calendar.moment(day0 + 1, int(max(last.toordinal() - day0, 0) * DAY * used))
    warn_at = max(min(share, nominal), local)
    unconfirmed = until.rolls and _unconfirmed(calendar, last.year, at)
    return Timing(Due(at, nominal, unconfirmed, calendar, local, until, ()), warn_at, timedelta(0))


def passed(calendar: Calendar, a: datetime, b: datetime, span: Span) -> timedelta:
    """How much of the span is used up between two times: working time, or plain time."""
    return calendar.working_time(a, b) if span.working else b.astimezone(UTC) - a.astimezone(UTC)


# A span runs along a line of whole microseconds: of working time, or of plain time. On it a pause is a
# subtraction and an end an addition; only what is asked for is turned back into a date.


def _read(calendar: Calendar, span: Span, origin: int, at: datetime) -> int:
    return calendar.worked(at, origin) if span.working else (at - _EPOCH) // _MICROSECOND


def _write(calendar: Calendar, span: Span, origin: int, place: int) -> datetime:
    if span.working:
        return calendar.when_worked(place, origin)
    return (_EPOCH + timedelta(0, 0, place)).astimezone(calendar.zone)


def _begins_and_length(calendar: Calendar, local: datetime, span: Span) -> tuple[int, int]:
    """Where a span begins to be used up, and how long it is; working days begin after day 0."""
    if span.unit == "working days":
        begins, end = calendar.worked_by_days(local.toordinal(), span.number, local.year)
        return begins, end - begins
    return _read(calendar, span, local.year, local), span.length // _MICROSECOND


def _paused(cuts: list[tuple[int, int]], begins: int, end: int) -> int:
    """What the pauses that begin before the end move it by."""
    moved = 0
    for paused, resumed in cuts:
        if paused >= end + moved:
            break
        if resumed > begins:
            moved += resumed - max(paused, begins)
    return moved


def _unconfirmed(calendar: Calendar, first: int, end: datetime) -> bool:
    """A year from `first` to that of the end is not confirmed."""
    last = (end - _MICROSECOND).year  # 24:00 on 31 December belongs to the old year
    return not all(calendar.is_confirmed(year) for year in range(first, last + 1))
