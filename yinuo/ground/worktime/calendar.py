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
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import deadline, explanation
from yinuo.ground.worktime.deadline import Due, Pause
from yinuo.ground.worktime.explanation import DayNote
from yinuo.ground.worktime.span import Span
from yinuo.ground.worktime.until import Until

# Windows of one day: (from, to) in minutes after midnight, in order, apart; 1440 is the midnight after.
Windows = tuple[tuple[int, int], ...]

FIRST_YEAR, LAST_YEAR = 1900, 2200
MINUTE = 60_000_000  # microseconds


class _Year(NamedTuple):
    """One year, counted once; lists run from 1 January. Times are microseconds."""

    first: int  # ordinal of 1 January
    working: list[int]  # ordinals of the working days
    windows: list[Windows]  # of each day, in microseconds after midnight
    before: list[int]  # working time before each day, and after the last


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
        """The hours worked on a day, in minutes; empty on a day of rest."""
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
        table = self._year(day.year)
        windows = table.windows[day.toordinal() - table.first]
        return self.moment(day.toordinal(), windows[-1][1] if windows else self._usual_close)

    def working_days(self, a: date, b: date) -> int:
        """Working days after `a` up to and with `b`; the same day is 0. ValueError if `b` is before `a`."""
        if b < a:
            raise ValueError(f"b: {b} is before a, {a}")
        whole = sum(len(self._year(year).working) for year in range(a.year, b.year))
        return whole + self._count(b) - self._count(a)

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
        first, last = self.local(a, "a"), self.local(b, "b")
        if b < a:
            raise ValueError(f"b: {b} is before a, {a}")
        worked = self._worked(last, first.year) - self._worked(first, first.year)
        # Where clocks are set back an hour is lived twice, and the later time can be the earlier reading.
        return timedelta(microseconds=max(worked, 0))

    def working_minutes(self, a: datetime, b: datetime) -> int:
        """Whole minutes of working time between two aware times; ValueError if `b` is before `a`."""
        return self.working_time(a, b) // timedelta(minutes=1)

    def due(self, start: datetime, span: Span | Until, pauses: Sequence[Pause] = ()) -> Due:
        """When a span that starts at `start` ends; see `deadline.timing`."""
        return deadline.due(self, start, span, pauses)

    def warn_at(
        self, start: datetime, span: Span | Until, used: Decimal, pauses: Sequence[Pause] = ()
    ) -> datetime:
        """When the share `used` (0-1) of a span is gone; see `deadline.timing`."""
        return deadline.timing(self, start, span, used, pauses).warn_at

    def explain(
        self, start: datetime, span: Span | Until, pauses: Sequence[Pause] = ()
    ) -> tuple[DayNote, ...]:
        """Why a span ends on that day: each day from day 0 to the last, counted or skipped."""
        return explanation.explain(self, start, span, pauses)

    # --- the line of working time: microseconds worked since 1 January of a year -------------------------

    def local(self, at: datetime, where: str = "start") -> datetime:
        """An aware time in the calendar's zone; ValueError names `where`."""
        if at.tzinfo is None:
            raise ValueError(f"{where}: {at} has no time zone")
        if not FIRST_YEAR < at.year < LAST_YEAR:
            raise ValueError(f"{where}: the year {at.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
        return at.astimezone(self.zone)

    def moment(self, ordinal: int, microsecond: int = 0) -> datetime:
        """The aware time, in the calendar's zone, of a local day and microsecond."""
        return self._beginning + timedelta(ordinal - 1, 0, microsecond)

    def worked(self, at: datetime, origin: int) -> int:
        """Where an aware time stands on the line of working time that begins with the year `origin`."""
        return self._worked(self.local(at), origin)

    def _worked(self, local: datetime, origin: int) -> int:
        """The same for a time in the calendar's own zone."""
        table = self._year(local.year)
        index = local.toordinal() - table.first
        worked = self._until(local.year, origin) + table.before[index]
        clock = ((local.hour * 60 + local.minute) * 60 + local.second) * 1_000_000 + local.microsecond
        for opens, closes in table.windows[index]:
            if clock > opens:
                worked += min(clock, closes) - opens
        return worked

    def worked_by_days(self, ordinal: int, number: int, origin: int) -> tuple[int, int]:
        """Where a day ends on the line of working time, and where `number` working days later end."""
        day = date.fromordinal(ordinal)
        last = self.add_working_days(day, number)
        return self._end_of(day, origin), self._end_of(last, origin)

    def when_worked(self, worked: int, origin: int) -> datetime:
        """The first moment that stands there on the line of working time of the year `origin`."""
        table = self._year(origin)
        while worked > table.before[-1]:
            worked -= table.before[-1]
            origin += 1
            table = self._year(origin)
        index = max(bisect_left(table.before, worked) - 1, 0)
        rest = worked - table.before[index]
        for opens, closes in table.windows[index]:
            if rest <= closes - opens:
                return self.moment(table.first + index, opens + rest)
            rest -= closes - opens
        return self.moment(table.first + index)  # only where nothing is worked yet: 1 January

    def _end_of(self, day: date, origin: int) -> int:
        table = self._year(day.year)
        return self._until(day.year, origin) + table.before[day.toordinal() - table.first + 1]

    def _until(self, year: int, origin: int) -> int:
        """Working time from 1 January of `origin` to that of `year`, below 0 if it is the earlier."""
        if year == origin:
            return 0
        if year < origin:
            return -self._until(origin, year)
        return sum(self._year(whole).before[-1] for whole in range(origin, year))

    # --- tables -------------------------------------------------------------------------------------

    def _count(self, day: date) -> int:
        """Working days of the year up to and with a day."""
        return bisect_right(self._year(day.year).working, day.toordinal())

    @cached_property
    def _beginning(self) -> datetime:
        return datetime(1, 1, 1, tzinfo=self.zone)  # ordinal 1

    @cached_property
    def _usual_close(self) -> int:
        return max(windows[-1][1] for windows in self.hours if windows) * MINUTE

    def _year(self, number: int) -> _Year:
        return self._years.get(number) or self._count_year(number)

    def _count_year(self, number: int) -> _Year:
        """Count one year; two threads that do it at once store the same thing."""
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise ValueError(f"year: {number} is not between {FIRST_YEAR} and {LAST_YEAR}")
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        days = [self.windows_of(date.fromordinal(ordinal)) for ordinal in range(first, last + 1)]
        windows = [tuple((opens * MINUTE, closes * MINUTE) for opens, closes in day) for day in days]
        working = [first + place for place, day in enumerate(days) if day]
        lengths = (sum(closes - opens for opens, closes in day) for day in windows)
        before = list(accumulate(lengths, initial=0))
        return self._years.setdefault(number, _Year(first, working, windows, before))
