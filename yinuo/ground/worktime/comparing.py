"""On which days two calendars differ: what a change of the calendar can move at all, and what it cannot."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from yinuo.ground.worktime.calendar import Calendar

DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """From one aware moment up to, not with, another."""

    begins: datetime
    ends: datetime

    def touches(self, a: datetime, b: datetime) -> bool:
        """Whether the time from `a` to `b`, both with it, has part of the stretch."""
        return a < self.ends and b >= self.begins


def where_they_differ(old: Calendar, new: Calendar) -> Stretch | None:
    """From the first day that is worked otherwise to the end of the last; None where none is.

    Other hours of the week, or another zone, differ for ever. What is reckoned with days outside is the same by both.
    """
    if _week(old) != _week(new):
        return Stretch(_midnight(old, date(1900, 1, 2)), _midnight(old, date(2199, 12, 31)))
    special = {*old.holidays, *old.working_weekends, *new.holidays, *new.working_weekends}
    days = sorted(day for day in special if old.windows_of(day) != new.windows_of(day))
    return Stretch(_midnight(old, days[0]), _midnight(old, days[-1] + DAY)) if days else None


def _week(calendar: Calendar) -> object:
    return calendar.zone.key, calendar.hours


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time(), calendar.zone)
