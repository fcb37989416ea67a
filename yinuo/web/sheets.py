"""What an edition says, laid out to be read: tables, letters, a year, a drawing. A kind fills them, furniture draws."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.functional import Promise as LazyText
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: text, small print below, a page it leads to; with a `tone` ("" too) it is a label."""

    text: str
    sub: str = ""
    url: str = ""
    tone: str | None = None
    end: bool = False  # figures stand to the right


@dataclass(frozen=True, slots=True)
class Table:
    """Rows whose first cell names them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    template: ClassVar[str] = "web/components/sheet_table.html"

    @property
    def lines(self) -> list[list[tuple[str, Cell]]]:
        """Each cell with the name of its column, which a phone shows beside it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Version:
    """A letter in one language."""

    language: str
    name: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in all languages side by side, its gaps filled with samples."""

    title: str
    versions: Sequence[Version]
    note: str = ""
    template: ClassVar[str] = "web/components/sheet_letter.html"


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of a year; `css` and `told` are empty for an ordinary one."""

    day: int | None
    css: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months of weeks, Monday first, and what their marks mean."""

    title: str
    months: Sequence[tuple[str, Sequence[Sequence[YearDay]]]]
    legend: Sequence[tuple[str, str]]
    weekdays: Sequence[str]
    note: str = ""
    template: ClassVar[str] = "web/components/sheet_year.html"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing, already an svg element of ours."""

    title: str
    svg: SafeString
    note: str = ""
    template: ClassVar[str] = "web/components/sheet_drawn.html"


Sheet = Table | Letter | Year | Drawn


def year_of(year: int, marked: Callable[[date], tuple[str, str]], *, title: str, note: str = "") -> Year:
    """A year in which `marked` says the mark ("" | off | extra) and the name of each day."""
    seen: dict[str, int] = {}
    months = []
    for month in range(1, 13):
        rows = [
            [_day(date(year, month, number) if number else None, marked, seen) for number in week]
            for week in weeks.Calendar().monthdayscalendar(year, month)
        ]
        months.append((f"{year}-{month:02d}", rows))
    words: Mapping[str, str] = {"off": _("%(n)s days off"), "extra": _("%(n)s weekend days worked")}
    legend = [(mark, said % {"n": seen[mark]}) for mark, said in words.items() if mark in seen]
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    return Year(title, months, legend, names, note)


def _day(day: date | None, marked: Callable[[date], tuple[str, str]], seen: dict[str, int]) -> YearDay:
    if day is None:
        return YearDay(None)
    mark, name = marked(day)
    if mark in ("off", "extra"):
        seen[mark] = seen.get(mark, 0) + 1
    return YearDay(day.day, f"is-{mark}" if mark else "", name)


def text_of(value: object) -> str:
    """A value of content as it reads on a page."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return _(", ").join(map(text_of, value))
    return str(value)


Words = str | LazyText
