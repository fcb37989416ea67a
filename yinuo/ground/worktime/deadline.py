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
from typing import TYPE_CHECKING

from yinuo.ground.worktime.span import Span

if TYPE_CHECKING:
    from yinuo.ground.worktime.calendar import Calendar
    from yinuo.ground.worktime.explanation import DayNote

# From when to when; several are given in order and do not overlap.
Pause = tuple[datetime, datetime]

LAST_CALL = timedelta(minutes=5)  # however short the span, this much before its end is late enough to warn


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
    _span: Span = field(repr=False, compare=False)
    _pauses: tuple[Pause, ...] = field(repr=False, compare=False)

    @cached_property
    def days(self) -> tuple[DayNote, ...]:
        """Why this date; worked out only when asked for."""
        return self._calendar.explain(self._start, self._span, self._pauses)


def due(calendar: Calendar, start: datetime, span: Span, pauses: Sequence[Pause] = ()) -> Due:
    """The end of a span; a pause that begins before it moves it by the countable time that was paused.

    ValueError: a naive or absurd `start`, or pauses on natural days (a legal limit is never paused).
    """
    begins = counted_from(calendar, start, span)
    if span.unit == "days":
        if pauses:
            raise ValueError("pauses: a limit in natural days is never paused")
        last = date.fromordinal(calendar.position(start).day + span.number)
        nominal = calendar.close_of(last)
        rolled = calendar.close_of(rolled_to(calendar, last)) if span.rolls else nominal
    else:
        nominal = rolled = _extended(calendar, span, begins, _end(calendar, begins, span), pauses)
    unconfirmed = _unconfirmed(calendar, span, begins, nominal, rolled)
    return Due(rolled, nominal, unconfirmed, calendar, start, span, tuple(pauses))


def warn_at(
    calendar: Calendar, start: datetime, span: Span, used: Decimal, pauses: Sequence[Pause] = ()
) -> datetime:
    """When the share `used` of what the span allows is gone, or five minutes are left, whichever is first.

    Measured on the nominal end; natural days are days of 24 hours from the midnight after day 0.
    """
    begins = counted_from(calendar, start, span)
    if span.unit == "days":
        nominal = calendar.close_of(date.fromordinal(calendar.position(start).day + span.number))
        return min(begins + _share(timedelta(days=span.number), used), nominal)
    allowed = passed(calendar, begins, _end(calendar, begins, span), span)
    gone = min(_share(allowed, used), max(allowed - LAST_CALL, timedelta(0)))
    return _extended(calendar, span, begins, _later(calendar, begins, gone, span), pauses)


def counted_from(calendar: Calendar, start: datetime, span: Span) -> datetime:
    """When a span begins to be used up: at once, or for days at the midnight after day 0."""
    if span.counts_days:
        return calendar.moment(calendar.position(start).day + 1)
    calendar.position(start)  # refuses what is no time
    return start.astimezone(calendar.zone)


def passed(calendar: Calendar, a: datetime, b: datetime, span: Span) -> timedelta:
    """How much of the span is used up between two times: working time, or plain time."""
    if span.counts_working:
        return calendar.working_time(a, b)
    return b.astimezone(UTC) - a.astimezone(UTC)


def paused_time(
    calendar: Calendar, start: datetime, span: Span, pauses: Sequence[Pause], end: datetime
) -> timedelta:
    """Countable time that pauses take out of a span between its start and `end`."""
    begins = counted_from(calendar, start, span)
    clipped = [(max(paused, begins), min(resumed, end)) for paused, resumed in pauses]
    return sum((passed(calendar, a, b, span) for a, b in clipped if a < b), timedelta(0))


def rolled_to(calendar: Calendar, day: date) -> date:
    """The day itself if it is worked, or else the next working day."""
    return day if calendar.is_working(day) else calendar.add_working_days(day, 1)


def _end(calendar: Calendar, begins: datetime, span: Span) -> datetime:
    if span.unit == "working days":
        day0 = date.fromordinal(calendar.position(begins).day - 1)
        return calendar.close_of(calendar.add_working_days(day0, span.number))
    return _later(calendar, begins, span.length, span)


def _extended(
    calendar: Calendar, span: Span, begins: datetime, end: datetime, pauses: Sequence[Pause]
) -> datetime:
    """What pauses make of an end: each that begins before it moves it; a pause at the end is too late."""
    for paused, resumed in pauses:
        if paused >= end:
            break
        if resumed > begins:
            end = _later(calendar, end, passed(calendar, max(paused, begins), resumed, span), span)
    return end


def _later(calendar: Calendar, at: datetime, length: timedelta, span: Span) -> datetime:
    if span.counts_working:
        return calendar.after_working_time(at, length)
    return (at.astimezone(UTC) + length).astimezone(calendar.zone)


def _share(whole: timedelta, used: Decimal) -> timedelta:
    return timedelta(microseconds=int(whole // timedelta(microseconds=1) * used))


def _unconfirmed(
    calendar: Calendar, span: Span, begins: datetime, nominal: datetime, rolled: datetime
) -> bool:
    """Plain hours need no holidays; natural days only from the nominal end on; working time all the way."""
    if not span.counts_working and not (span.counts_days and span.rolls):
        return False
    first = begins.year if span.counts_working else nominal.year
    last = (rolled - timedelta(microseconds=1)).year  # 24:00 on 31 December belongs to the old year
    return not all(calendar.is_confirmed(year) for year in range(first, last + 1))
