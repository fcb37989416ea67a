"""Days as people write them in tables: ISO, with a time or not, and the American month/day/year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?")


class DayUnreadable(ValueError):
    """The text is no day in any form we know."""


@dataclass(frozen=True, slots=True)
class DayRead:
    """`form` is "iso", "year-first" or "us"; `ambiguous` if day and month could be meant the other way."""

    day: date
    form: str
    ambiguous: bool


@lru_cache(maxsize=65_536)
def read_day(text: str) -> DayRead:
    """The day as written: a time of day or an offset after it is left out, never counted over.

    A year of two digits is 1969-2068 (POSIX). DayUnreadable for anything else, also for 2/30.
    """
    stripped = text.strip()
    if match := _ISO.fullmatch(stripped):
        year, month, day = match.groups()
        return DayRead(_day(year, month, day, text), "iso", False)
    if match := _YEAR_FIRST.fullmatch(stripped):
        year, month, day = (part for part in match.groups() if part is not None)
        return DayRead(_day(year, month, day, text), "year-first", False)
    if match := _US.fullmatch(stripped):
        month, day, year = match.groups()
        other_way = month != day and int(month) <= 12 and int(day) <= 12
        return DayRead(_day(_four_digits(year), month, day, text), "us", other_way)
    raise DayUnreadable(text)


def _four_digits(year: str) -> str:
    if len(year) == 4:
        return year
    return ("20" if int(year) < 69 else "19") + year


def _day(year: str, month: str, day: str, text: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise DayUnreadable(text) from None
