"""Calendars as content files write them (TOML); every refusal is an Unreadable that names the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime.calendar import FIRST_YEAR, LAST_YEAR, Calendar, Windows

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_HOLIDAY = 60  # days; a longer one is a wrong year
_FIELDS = {"name", "zone", "confirmed", "hours", "names", "holidays", "source"}
_WINDOW = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])")


def parse_calendar(text: str) -> Calendar:
    """A calendar from TOML: name, zone, confirmed years, hours by weekday, days off, weekends worked."""
    table = read_toml(text, "calendar")
    _no_others(table, _FIELDS, "calendar")
    hours = _table(table, "hours")
    _no_others(hours, {*WEEKDAYS, "working_weekend"}, "hours")
    week = tuple(_windows(hours.get(day, []), f"hours.{day}") for day in WEEKDAYS)
    if not any(week):
        raise Unreadable("hours", _("no day of the week has working time"))
    confirmed = _confirmed(table.get("confirmed", []))
    holidays, exchanged = _holidays(table, confirmed)
    weekend = _windows(hours.get("working_weekend", []), "hours.working_weekend")
    _check_exchanged(exchanged, week, weekend)
    name = Words.read(_table(table, "name"), "name")
    source = str(table.get("source", ""))
    return Calendar(name, _zone(table.get("zone")), week, weekend, holidays, exchanged, confirmed, source)


@cache
def shipped_calendar(key: str = "china") -> Calendar:
    """The calendar `content/<key>.calendar.toml` of this package, read once."""
    return parse_calendar(
        (resources.files(__package__) / "content" / f"{key}.calendar.toml").read_text("utf-8")
    )


def _no_others(table: Mapping[str, Any], known: set[str], where: str) -> None:
    if strange := sorted(set(table) - known):
        raise Unreadable(where, _("unknown field {strange!r}"), strange=strange[0])


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    if not isinstance(value, dict):
        raise Unreadable(key, _("missing, or not a table"))
    return value


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):  # unknown, a path outside, a directory
        raise Unreadable("zone", _("{text!r} is not a time zone"), text=str(name)[:40]) from None


def _confirmed(years: object) -> frozenset[int] | None:
    if years == "all":
        return None
    if not isinstance(years, list) or not all(_is_year(year) for year in years):
        raise Unreadable("confirmed", _('not a list of years, nor "all"'))
    return frozenset(years)


def _is_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR < value < LAST_YEAR


def _windows(texts: object, where: str) -> Windows:
    """Windows in order; two that touch are one."""
    if not isinstance(texts, list):
        raise Unreadable(where, _('not a list like ["09:00-12:00", "13:00-17:00"]'))
    windows: list[tuple[int, int]] = []
    for opens, closes in sorted(_window(text, f"{where}[{place}]") for place, text in enumerate(texts)):
        if windows and opens < windows[-1][1]:
            raise Unreadable(
                where, _("windows overlap at {clock}"), clock=f"{opens // 60:02}:{opens % 60:02}"
            )
        if windows and opens == windows[-1][1]:
            opens = windows.pop()[0]
        windows.append((opens, closes))
    return tuple(windows)


def _window(text: object, where: str) -> tuple[int, int]:
    found = _WINDOW.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Unreadable(where, _("{text!r} is not like '09:00-17:00'"), text=str(text)[:40])
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if closes > 24 * 60:
        raise Unreadable(where, _("{text} ends after 24:00"), text=text)
    if closes <= opens:
        raise Unreadable(where, _("{text} ends before it starts"), text=text)
    return opens, closes


def _holidays(
    table: Mapping[str, Any], confirmed: frozenset[int] | None
) -> tuple[dict[date, Words], dict[date, Words]]:
    """Days off, and weekends worked in exchange, each with the holiday's name."""
    entries, names = table.get("holidays", []), _names(table.get("names", {}))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Unreadable("holidays", _("not a list of tables"))
    off: dict[date, Words] = {}
    worked: dict[date, Words] = {}
    for place, entry in enumerate(entries):
        where = f"holidays[{place}]"
        _no_others(entry, {"name", "first", "last", "working"}, where)
        if entry.get("name") not in names:
            raise Unreadable(
                f"{where}.name", _("{text!r} is not under names"), text=str(entry.get("name"))[:40]
            )
        for day in _range(entry, where):
            _put(off, day, names[entry["name"]], f"{where}.first", worked, confirmed)
        for day in _dates(entry.get("working", []), f"{where}.working"):
            _put(worked, day, names[entry["name"]], f"{where}.working", off, confirmed)
    return off, worked


def _names(table: object) -> dict[str, Words]:
    if not isinstance(table, dict) or not all(isinstance(words, dict) for words in table.values()):
        raise Unreadable("names", _("not a table of names in three languages"))
    return {key: Words.read(words, f"names.{key}") for key, words in table.items()}


def _put(
    days: dict[date, Words],
    day: date,
    name: Words,
    where: str,
    others: Mapping[date, Words],
    confirmed: frozenset[int] | None,
) -> None:
    if day in days:
        raise Unreadable(where, _("{day} is listed twice"), day=day)
    if day in others:
        raise Unreadable(where, _("{day} is both a day off and worked"), day=day)
    if confirmed is not None and day.year not in confirmed:
        raise Unreadable(where, _("{day} lies in {year}, which is not confirmed"), day=day, year=day.year)
    days[day] = name


def _range(entry: Mapping[str, Any], where: str) -> Iterator[date]:
    first = _date(entry.get("first"), f"{where}.first")
    last = _date(entry.get("last", first), f"{where}.last")
    if last < first:
        raise Unreadable(f"{where}.last", _("{last} is before {first}"), last=last, first=first)
    if (last - first).days >= LONGEST_HOLIDAY:
        raise Unreadable(f"{where}.last", _("longer than {most} days"), most=LONGEST_HOLIDAY)
    return (first + timedelta(days) for days in range((last - first).days + 1))


def _dates(values: object, where: str) -> list[date]:
    if not isinstance(values, list):
        raise Unreadable(where, _("not a list of dates"))
    return [_date(value, where) for value in values]


def _date(value: object, where: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime) or not _is_year(value.year):
        raise Unreadable(where, _("{text!r} is not a date like 2026-10-01"), text=str(value)[:40])
    return value


def _check_exchanged(exchanged: Mapping[date, Words], week: tuple[Windows, ...], weekend: Windows) -> None:
    """A day worked in exchange is a Saturday or Sunday, or a weekday on which nobody works."""
    if exchanged and not weekend:
        raise Unreadable("hours.working_weekend", _("missing, though weekends are worked"))
    for day in exchanged:
        if day.weekday() < 5 and week[day.weekday()]:
            raise Unreadable("holidays.working", _("{day} is worked anyway, by its weekday"), day=day)
