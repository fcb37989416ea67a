"""A limit that is a day somebody set: it ends at the close of that day.

A day of rest moves on to the next working day, as a last day does (Civil Code art. 203); what was set is still the
nominal end, and the one to warn on. A limit is never over before it was set: a day that had gone by is taken for the day
on which it was set, and where business had closed by then it ends with the next working day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yinuo.ground.worktime.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Until:
    """The close of `day`, as somebody set it at the aware time `said`. `rolls`: off a day of rest, to the next worked."""

    day: date
    said: datetime
    rolls: bool = True

    def named(self, calendar: Calendar) -> date:
        """The day that counts as the one set."""
        return max(self.day, calendar.local(self.said, "said").date())

    def ends(self, calendar: Calendar) -> datetime:
        """Its end, always after it was set."""
        day, said = self.named(calendar), calendar.local(self.said, "said")
        over = calendar.close_of(day) <= said
        if over or (self.rolls and not calendar.is_working(day)):
            day = calendar.add_working_days(day, 1)
        return calendar.close_of(day)
