"""When a bank works: days and minutes of working time, exact to the microsecond.

Local wall-clock time of the calendar's zone is what counts; aware times of any zone are understood.
Everything is immutable: the tables per year are only remembered, never changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import deadline, explanation
from yinuo.ground.worktime.deadline import Due, Pause
from yinuo.ground.worktime.explanation import DayNote
from yinuo.ground.worktime.span import Span

# Windows of one day: (from, to) in minutes after midnight, in order, apart; 1440 is the midnight after.
Windows = tuple[tuple[int, int], ...]

FIRST_YEAR, LAST_YEAR = 1900, 2200
MINUTE = 60_000_000  # microseconds
_BEGINNING = datetime(1, 1, 1)  # noqa: DTZ001  ordinal 1, local


class Position(NamedTuple):
    """A local time of the calendar: the day's ordinal and the microsecond of that day."""

    day: int
    microsecond: int


class _Year(NamedTuple):
    """One year, counted once."""

    first: int  # ordinal of 1 January
    working: list[int]  # ordinals of the working days
    before: list[int]  # microseconds of working time before each day of the year, and after the last


@dataclass(frozen=True, eq=False)
class Calendar:
    """Opening hours by weekday, holidays, weekends worked in exchange, and the years that are confirmed.

    In a year that is not confirmed only the weekday's hours count. Two calendars are equal only if they
    are the same object. Build one with `parse_calendar`, which checks what is written.
    """

    name: Words
    zone: ZoneInfo
    hours: tuple[Windows, ...]  # seven, Monday first
    working_weekend_hours: Windows = ()
    holidays: Mapping[date, Words] = field(default_factory=dict)
    working_weekends: Mapping[date, Words] = field(default_factory=dict)
    confirmed: frozenset[int] | None = frozenset()  # None: every year
    source: str = ""
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))
        object.__setattr__(self, "working_weekends", MappingProxyType(dict(self.working_weekends)))

    # --- days ---------------------------------------------------------------------------------------

    def is_confirmed(self, year: int) -> bool:
        """The holidays of this year are known."""
        return self.confirmed is None or year in self.confirmed

    def windows_of(self, day: date) -> Windows:
        """The hours worked on a day; empty on a day of rest."""
        if self.is_confirmed(day.year):
            if day in self.holidays:
                return ()
            if day in self.working_weekends:
                return self.working_weekend_hours
        return self.hours[day.weekday()]

    def is_working(self, day: date) -> bool:
        return bool(self.windows_of(day))

    def special_name(self, day: date) -> Words | None:
        """The holiday a confirmed day belongs to, as a day off or as a weekend worked for it."""
        if not self.is_confirmed(day.year):
            return None
        return self.holidays.get(day) or self.working_weekends.get(day)

    def close_of(self, day: date) -> datetime:
        """Close of business; on a day of rest the latest hour at which the calendar ever closes."""
        windows = self.windows_of(day)
        return self.moment(day.toordinal(), (windows[-1][1] if windows else self._usual_close) * MINUTE)

    def working_days(self, a: date, b: date) -> int:
        """Working days after `a` up to and with `b`; the same day is 0. ValueError if `b` is before `a`."""
        if b < a:
            raise ValueError(f"b: {b} is before a, {a}")
        counts = [len(self._year(year).working) for year in range(a.year, b.year)]
        return sum(counts) + self._count(b) - self._count(a)

    def add_working_days(self, day: date, number: int) -> date:
        """The day on which `number` working days after `day` have come; 0 is the day itself."""
        if number < 0:
            raise ValueError(f"number: {number} is negative")
        if number == 0:
            return day
        year, place = day.year, self._count(day) + number - 1
        while place >= len(working := self._year(year).working):
            place -= len(working)
            year += 1
        return date.fromordinal(working[place])

    # --- time ---------------------------------------------------------------------------------------

    def working_time(self, a: datetime, b: datetime) -> timedelta:
        """Working time between two aware times; ValueError if `b` is before `a`."""
        if b < a:
            raise ValueError(f"b: {b} is before a, {a}")
        (year, begun), (last, ended) = (
            self._worked(self.position(a, "a")),
            self._worked(self.position(b, "b")),
        )
        whole = sum(self._year(passed).before[-1] for passed in range(year, last))
        return timedelta(microseconds=max(whole + ended - begun, 0))

    def working_minutes(self, a: datetime, b: datetime) -> int:
        """Whole minutes of working time between two aware times; ValueError if `b` is before `a`."""
        return self.working_time(a, b) // timedelta(minutes=1)

    def after_working_time(self, start: datetime, length: timedelta) -> datetime:
        """The first moment at which `length` of working time has passed since `start`."""
        if length < timedelta(0):
            raise ValueError(f"length: {length} is negative")
        if not length:
            return start.astimezone(self.zone)
        year, worked = self._worked(self.position(start, "start"))
        wanted = worked + length // timedelta(microseconds=1)
        while wanted > (table := self._year(year)).before[-1]:
            wanted -= table.before[-1]
            year += 1
        index = bisect_left(table.before, wanted) - 1
        return self._into_day(table.first + index, wanted - table.before[index])

    def due(self, start: datetime, span: Span, pauses: Sequence[Pause] = ()) -> Due:
        """When a span that starts at `start` ends; see `deadline.due`."""
        return deadline.due(self, start, span, pauses)

    def warn_at(self, start: datetime, span: Span, used: Decimal, pauses: Sequence[Pause] = ()) -> datetime:
        """When the share `used` (0-1) of a span is gone; see `deadline.warn_at`."""
        return deadline.warn_at(self, start, span, used, pauses)

    def explain(self, start: datetime, span: Span, pauses: Sequence[Pause] = ()) -> tuple[DayNote, ...]:
        """Why a span ends on that day: each day from day 0 to the last, counted or skipped."""
        return explanation.explain(self, start, span, pauses)

    # --- between clock and table --------------------------------------------------------------------

    def position(self, at: datetime, where: str = "start") -> Position:
        """Local day and microsecond of an aware time; ValueError names `where`."""
        if at.tzinfo is None:
            raise ValueError(f"{where}: {at} has no time zone")
        if not FIRST_YEAR < at.year < LAST_YEAR:
            raise ValueError(f"{where}: the year {at.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
        local = at.astimezone(self.zone)
        seconds = (local.hour * 60 + local.minute) * 60 + local.second
        return Position(local.toordinal(), seconds * 1_000_000 + local.microsecond)

    def moment(self, ordinal: int, microsecond: int = 0) -> datetime:
        """The aware time, in the calendar's zone, of a local day and microsecond."""
        return (_BEGINNING + timedelta(ordinal - 1, 0, microsecond)).replace(tzinfo=self.zone)

    def _into_day(self, ordinal: int, worked: int) -> datetime:
        """The first moment of a day at which `worked` microseconds of its working time have passed."""
        for opens, closes in self.windows_of(date.fromordinal(ordinal)):
            length = (closes - opens) * MINUTE
            if worked <= length:
                return self.moment(ordinal, opens * MINUTE + worked)
            worked -= length
        raise ValueError(f"worked: more than the working time of day {ordinal}")

    def _worked(self, at: Position) -> tuple[int, int]:
        """The year and the working time since it began, in microseconds."""
        day = date.fromordinal(at.day)
        year = self._year(day.year)
        today = 0
        for opens, closes in self.windows_of(day):
            if at.microsecond > opens * MINUTE:
                today += min(at.microsecond, closes * MINUTE) - opens * MINUTE
        return day.year, year.before[at.day - year.first] + today

    def _count(self, day: date) -> int:
        """Working days of the year up to and with a day."""
        return bisect_right(self._year(day.year).working, day.toordinal())

    @cached_property
    def _usual_close(self) -> int:
        return max(windows[-1][1] for windows in self.hours if windows)

    def _year(self, number: int) -> _Year:
        return self._years.get(number) or self._count_year(number)

    def _count_year(self, number: int) -> _Year:
        """Count one year; two threads that do it at once store the same thing."""
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise ValueError(f"year: {number} is not between {FIRST_YEAR} and {LAST_YEAR}")
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        working, before = [], [0]
        for ordinal in range(first, last + 1):
            windows = self.windows_of(date.fromordinal(ordinal))
            if windows:
                working.append(ordinal)
            before.append(before[-1] + sum(closes - opens for opens, closes in windows) * MINUTE)
        return self._years.setdefault(number, _Year(first, working, before))
