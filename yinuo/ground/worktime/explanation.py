"""Why this date: the days from the start of a span to its end, counted or skipped, with the reason."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import deadline
from yinuo.ground.worktime.deadline import Pause
from yinuo.ground.worktime.span import Span
from yinuo.ground.worktime.until import Until

if TYPE_CHECKING:
    from yinuo.ground.worktime.calendar import Calendar

# "counted" and "working_weekend" use the span up, the others do not; "rolled" is where a natural-day limit
# lands, "paused" a working day that a pause took out of the count.
Kind = Literal["day0", "counted", "working_weekend", "holiday", "rest", "rolled", "paused"]


class DayNote(NamedTuple):
    """One day of the reason. `number`: which of the promised days it is; None where no days are counted."""

    day: date
    kind: Kind
    number: int | None = None
    name: Words | None = None  # the holiday, for a day off and for a weekend worked in exchange


def explain(
    calendar: Calendar, start: datetime, span: Span | Until, pauses: Sequence[Pause] = ()
) -> tuple[DayNote, ...]:
    """Every day from the start to the end of a span, both included, in order."""
    first = calendar.local(start).date()
    end = deadline.due(calendar, start, span, pauses)
    if isinstance(span, Until):
        return tuple(_natural(calendar, first, (span.named(calendar) - first).days, _last_day(end.at)))
    if span.unit == "days":
        return tuple(_natural(calendar, first, span.number, _last_day(end.at)))
    if span.unit == "working days":
        return tuple(_working(calendar, first, span, pauses, _last_day(end.at)))
    return tuple(_timed(calendar, start, span, pauses, end.at))


def _natural(calendar: Calendar, day0: date, days: int, last: date) -> Iterator[DayNote]:
    yield DayNote(day0, "day0", None, calendar.special_name(day0))
    for day in _days(day0 + timedelta(1), last):
        number = (day - day0).days
        if number <= days:
            yield DayNote(day, "counted", number, calendar.special_name(day))
        else:
            yield DayNote(day, "rolled") if day == last else _skipped(calendar, day)


def _working(
    calendar: Calendar, day0: date, span: Span, pauses: Sequence[Pause], last: date
) -> Iterator[DayNote]:
    """Which promised day the clock has reached by the end of each day; a paused day brings it no further.

    What pauses leave over of a promised day is used on a later one, which then bears the same number.
    """
    yield DayNote(day0, "day0", None, calendar.special_name(day0))
    ends = _ends_of_promised_days(calendar, day0, span.number)
    used, number = timedelta(0), 0
    for day in _days(day0 + timedelta(1), last):
        if not calendar.is_working(day):
            yield _skipped(calendar, day)
            continue
        whole, ran = _used_on(calendar, day, ()), _used_on(calendar, day, pauses)
        used += ran
        before, number = number, min(bisect_left(ends, used) + 1, span.number) if used else 0
        stood = number == before and ran < whole and day < last
        yield DayNote(day, "paused") if stood else _counted(calendar, day, number)


def _timed(
    calendar: Calendar, start: datetime, span: Span, pauses: Sequence[Pause], end: datetime
) -> Iterator[DayNote]:
    """Hours and minutes: a day counts when some of the span is used on it."""
    begins = start.astimezone(calendar.zone)
    first, last = begins.date(), _last_day(end) if end > begins else end.date()
    for day in _days(first, max(first, last)):
        a, b = max(begins, _midnight(calendar, day)), min(end, _midnight(calendar, day + timedelta(1)))
        whole = deadline.passed(calendar, a, b, span)
        stood = sum((deadline.passed(calendar, *cut, span) for cut in _cuts(pauses, a, b)), timedelta(0))
        if whole > stood:
            yield _counted(calendar, day, None)
        elif whole:
            yield DayNote(day, "paused")
        else:
            yield DayNote(day, "day0") if calendar.is_working(day) else _skipped(calendar, day)


def _counted(calendar: Calendar, day: date, number: int | None) -> DayNote:
    name = calendar.special_name(day)
    exchanged = name is not None and calendar.is_working(day)
    return DayNote(day, "working_weekend" if exchanged else "counted", number, name)


def _skipped(calendar: Calendar, day: date) -> DayNote:
    name = calendar.special_name(day)
    return DayNote(day, "holiday" if name else "rest", None, name)


def _ends_of_promised_days(calendar: Calendar, day0: date, number: int) -> list[timedelta]:
    """How much working time is used when the first, second, … promised day ends, had nothing been paused."""
    lengths, day = [], day0
    for _ in range(number):
        day = calendar.add_working_days(day, 1)
        lengths.append(_used_on(calendar, day, ()))
    return list(accumulate(lengths))


def _used_on(calendar: Calendar, day: date, pauses: Sequence[Pause]) -> timedelta:
    """Working time of a day that no pause took."""
    a, b = _midnight(calendar, day), _midnight(calendar, day + timedelta(1))
    paused = (calendar.working_time(*cut) for cut in _cuts(pauses, a, b))
    return calendar.working_time(a, b) - sum(paused, timedelta(0))


def _cuts(pauses: Sequence[Pause], a: datetime, b: datetime) -> list[Pause]:
    """The pauses inside a stretch of time."""
    return [(max(p, a), min(r, b)) for p, r in pauses if max(p, a) < min(r, b)]


def _midnight(calendar: Calendar, day: date) -> datetime:
    return calendar.moment(day.toordinal())


def _last_day(end: datetime) -> date:
    """24:00 still belongs to the day that ends."""
    return (end - timedelta(microseconds=1)).date()


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days) for days in range((last - first).days + 1))
