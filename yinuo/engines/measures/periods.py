"""Periods as people write them in addresses: 2026, 2026Q3, 2026-09."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SHAPE = re.compile(r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both counted, on the bank's calendar."""

    key: str
    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> Period:
        """A year, quarter or month; ValueError for anything else."""
        match = _SHAPE.fullmatch(text.strip())
        if not match or not 1990 <= int(match["year"]) <= 2200:
            raise ValueError(f"{text[:20]!r} is not a period; write 2026, 2026Q3 or 2026-09")
        year = int(match["year"])
        month, months = 1, 12
        if match["quarter"]:
            month, months = 3 * int(match["quarter"]) - 2, 3
        elif match["month"]:
            month, months = int(match["month"]), 1
        after = month + months
        end = date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1)
        return cls(text.strip(), date(year, month, 1), end - timedelta(days=1))

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        """The quarter a day lies in."""
        return cls.read(f"{day.year}Q{(day.month + 2) // 3}")

    def previous(self) -> Period:
        """The period of the same length before this one."""
        day = self.first - timedelta(days=1)
        if "Q" in self.key:
            return Period.quarter_of(day)
        return Period.read(f"{day:%Y-%m}" if "-" in self.key else f"{day.year}")

    def year_before(self) -> Period:
        """The same year, quarter or month a year before."""
        return Period.read(f"{int(self.key[:4]) - 1}{self.key[4:]}")

    def following(self) -> Period:
        """The period of the same length after this one."""
        day = self.last + timedelta(days=1)
        if "Q" in self.key:
            return Period.quarter_of(day)
        return Period.read(f"{day:%Y-%m}" if "-" in self.key else f"{day.year}")

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Beginning (counted) and end (not counted) as moments."""
        start = datetime.combine(self.first, time(), zone)
        return start, datetime.combine(self.last + timedelta(days=1), time(), zone)
