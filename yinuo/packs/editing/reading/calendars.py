"""A working calendar as years with days off and weekends worked, and its hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.ground.worktime import Calendar
from yinuo.web.edition_pages import Look
from yinuo.web.sheets import Cell, Sheet, Table, Year, year_of


def calendar_sheets(calendar: Calendar, look: Look) -> Sequence[Sheet]:
    """The hours of a week, then every year that is written down or near, the present one first."""
    today = timezone.localdate()
    written = {day.year for day in (*calendar.holidays, *calendar.working_weekends)}
    years = sorted(
        {*written, today.year, today.year + 1}, key=lambda year: (year < today.year, abs(year - today.year))
    )
    return [_hours(calendar), *(_year(calendar, year) for year in years)]


def _hours(calendar: Calendar) -> Table:
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    rows = [
        [Cell(name), Cell(_windows(windows))] for name, windows in zip(names, calendar.hours, strict=True)
    ]
    rows.append([Cell(_("A weekend day worked")), Cell(_windows(calendar.working_weekend_hours))])
    title, columns = f"{calendar.name} · {calendar.zone}", [_("Day"), _("Hours")]
    return Table(title, columns, rows, calendar.source)


def _windows(windows: Sequence[tuple[int, int]]) -> str:
    said = (f"{a // 60:02d}:{a % 60:02d}–{b // 60:02d}:{b % 60:02d}" for a, b in windows)
    return _(", ").join(said) or _("not worked")


def _year(calendar: Calendar, year: int) -> Year:
    sure = calendar.is_confirmed(year)
    note = (
        ""
        if sure
        else _("The holidays of this year are not confirmed: only the hours of each weekday count.")
    )
    return year_of(year, lambda day: _mark(calendar, day), title=str(year), note=note)


def _mark(calendar: Calendar, day: date) -> tuple[str, str]:
    name = str(calendar.special_name(day) or "")
    if name:
        return (
            ("extra", _("%(name)s: worked") % {"name": name}) if calendar.is_working(day) else ("off", name)
        )
    return ("", "") if calendar.is_working(day) else ("rest", "")
