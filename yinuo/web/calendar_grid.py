"""The weeks of "why this date": every day between receipt and due, told by what it counted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.web.formats import as_day
from yinuo.web.parts import DayMark, Why

OFF = ("holiday", "rest")
MOST_WEEKS = 16
WORDS = {
    "day0": gettext_lazy("day 0"),
    "rest": gettext_lazy("rest"),
    "holiday": gettext_lazy("holiday"),
    "rolled": gettext_lazy("rolled on"),
    "paused": gettext_lazy("paused"),
    "working_weekend": gettext_lazy("worked"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: its number (with the month where a month begins), words, css classes."""

    day: date
    told: str
    text: str
    css: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Weeks from Sunday, legend entries (css class, words), caption."""

    weekdays: list[str]
    weeks: list[list[Cell]]
    legend: list[tuple[str, str]]
    caption: str
    cut: bool = False


def grid_of(why: Why, today: date) -> Grid:
    """The grid of a due date; at most 16 weeks are drawn, the first ones (`cut` says so)."""
    marks = {mark.day: mark for mark in why.days}
    due = as_day(why.due)
    known = sorted([*marks, *([due] if due else [])]) or [today]
    start = known[0] - timedelta((known[0].weekday() + 1) % 7)
    count = (known[-1] - start).days // 7 + 1
    weeks = [
        [_cell(start + timedelta(7 * week + n), marks, due, today, first=week == n == 0) for n in range(7)]
        for week in range(min(count, MOST_WEEKS))
    ]
    return Grid(_weekdays(), weeks, _legend(why.days), _caption(known[0], known[-1]), count > MOST_WEEKS)


def _weekdays() -> list[str]:
    return [_("Sun"), _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat")]


def _caption(first: date, last: date) -> str:
    return _("Days counted and skipped from %(first)s to %(last)s") % {"first": first, "last": last}


def _cell(day: date, marks: dict[date, DayMark], due: date | None, today: date, first: bool) -> Cell:
    told = f"{day.month}-{day.day:02d}" if first or day.day == 1 else str(day.day)
    mark = marks.get(day)
    css = [_css(mark), *(["is-due"] if day == due else []), *(["is-today"] if day == today else [])]
    text = _text(mark)
    return Cell(day, told, text or (_("due") if day == due else ""), " ".join(css))


def _css(mark: DayMark | None) -> str:
    if mark is None:
        return "is-out"
    if mark.kind == "working_weekend":
        return "is-counted is-extra" if mark.number is not None else "is-out is-extra"
    return "is-off" if mark.kind in OFF else f"is-{mark.kind}"


def _text(mark: DayMark | None) -> str:
    if mark is None:
        return ""
    if mark.number is not None and mark.kind in ("counted", "working_weekend"):
        return _("day %(n)s") % {"n": mark.number}
    return str(mark.name or WORDS.get(mark.kind, ""))


def _legend(days: Sequence[DayMark]) -> list[tuple[str, str]]:
    """Only what occurs, with how many days."""
    kinds = Counter("off" if d.kind in OFF else d.kind for d in days)
    counted = sum(1 for d in days if d.number is not None and d.kind in ("counted", "working_weekend"))
    words = [
        ("counted", counted, _("%(n)s counted")),
        ("paused", kinds["paused"], _("%(n)s paused")),
        ("off", kinds["off"], _("%(n)s not counted (holidays and rest days)")),
        ("rolled", kinds["rolled"], _("%(n)s rolled on")),
    ]
    return [(f"is-{css}", text % {"n": n}) for css, n, text in words if n]
