"""Numbers, dates and durations as people at a bank write them; see the words of `web/locale` for the
languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MISSING = "--"
RANGE = " ～ "  # both sides spaced
Number = int | float | Decimal
WORKING_DAY = 480  # minutes in the day that durations are told in


def decimal_of(value: object) -> Decimal | None:
    """A Decimal, or None for None, empty text and anything that is not a finite number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def number(value: object, digits: int | None = None) -> str:
    """1284 -> "1,284"; rounded half-up to `digits`; a missing value is "--", never 0."""
    found = decimal_of(value)
    if found is None:
        return MISSING
    if digits is None:
        digits = max(0, -int(found.as_tuple().exponent))
    return f"{found.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


def share(value: object, digits: int = 1) -> str:
    """A share of one as per cent: 0.913 -> "91.3%"."""
    found = decimal_of(value)
    return MISSING if found is None else f"{number(found * 100, digits)}%"


def points(value: object, digits: int = 1) -> str:
    """A change between two shares: 0.012 -> "▲ 1.2 points" (never per cent); the arrow tells the direction
    only."""
    found = decimal_of(value)
    if found is None:
        return MISSING
    arrow = "▲" if found > 0 else "▼" if found < 0 else "＝"
    told = _("%(n)s points") % {"n": number(abs(found) * 100, digits)}
    return f"{arrow} {told}"


def money(minor: object, digits: int = 2) -> str:
    """Minor units (cents) to units: 235000 -> "2,350.00"; the currency stands in the heading."""
    found = decimal_of(minor)
    return MISSING if found is None else number(found.scaleb(-digits), digits)


def capped(value: object, most: int = 1000) -> str:
    """A count that was only counted up to `most`: 38 -> "38", 1001 -> "1,000+"."""
    found = decimal_of(value)
    if found is None:
        return MISSING
    return f"{most:,}+" if found > most else number(found)


def size(octets: object) -> str:
    """Bytes for a reader: 1887437 -> "1.8 MB"."""
    found = decimal_of(octets)
    if found is None:
        return MISSING
    for unit in ("B", "KB", "MB"):
        if found < 1024:
            return f"{number(found, 0 if unit == 'B' else 1)} {unit}"
        found /= 1024
    return f"{number(found, 1)} GB"


def local(value: datetime) -> datetime:
    """In the bank's zone."""
    return value.astimezone(timezone.get_default_timezone()) if value.tzinfo else value


def moment(value: object) -> str:
    """2026-09-28 14:31."""
    return f"{local(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else MISSING


def moment_short(value: object, now: datetime | None = None) -> str:
    """Today 14:42; this year 09-28 14:31; else with the year."""
    if not isinstance(value, datetime):
        return MISSING
    there, here = local(value), local(now or timezone.now())
    if there.date() == here.date():
        return _("today %(time)s") % {"time": f"{there.hour:02}:{there.minute:02}"}
    if there.year != here.year:
        return moment(value)
    return (
        f"{there.month:02}-{there.day:02} {there.hour:02}:{there.minute:02}"  # strftime costs five times that
    )


def day(value: object) -> str:
    """2026-09-28."""
    found = as_day(value)
    return f"{found:%Y-%m-%d}" if found else MISSING


def day_short(value: object, now: datetime | None = None) -> str:
    """09-28 within this year, else 2025-09-28."""
    found = as_day(value)
    if not found:
        return MISSING
    return f"{found:%m-%d}" if found.year == local(now or timezone.now()).year else day(found)


def as_day(value: object) -> date | None:
    """The day in the bank's zone of a date or an instant."""
    if isinstance(value, datetime):
        return local(value).date()
    return value if isinstance(value, date) else None


def clock_time(value: object) -> str:
    """14:31."""
    return f"{local(value):%H:%M}" if isinstance(value, datetime) else MISSING


def weekday(value: object) -> str:
    """Monday … Sunday in the reader's language."""
    names = [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]
    found = as_day(value)
    return names[found.weekday()] if found else MISSING


def day_range(start: object, end: object) -> str:
    """2026-07-01 ～ 2026-09-30; an open side is left empty."""
    return f"{day(start) if start else ''}{RANGE}{day(end) if end else ''}".strip()


def ago(value: object, now: datetime | None = None) -> str:
    """Just now, N minutes ago, N hours ago; from a day on the instant itself."""
    if not isinstance(value, datetime):
        return MISSING
    now = now or timezone.now()
    seconds = (now - value).total_seconds()
    if seconds < 0 or seconds >= 86400:
        return moment_short(value, now)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        n = int(seconds // 60)
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    n = int(seconds // 3600)
    return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}


def period_words(value: object) -> str:
    """2026Q3 -> "Q3 2026" in the reader's language; months and years stay as they are written."""
    year, q, quarter = str(value).partition("Q")
    return _("Q%(quarter)s %(year)s") % {"year": year, "quarter": quarter} if q else year


def duration(value: timedelta | None) -> str:
    """Natural time in prose: 42 seconds, 42 minutes, 6.8 hours, 2.4 days."""
    if value is None:
        return MISSING
    seconds = value.total_seconds()
    if abs(seconds) < 60:
        return _("%(n)s seconds") % {"n": number(int(seconds))}
    if abs(seconds) < 3600:
        return _("%(n)s min") % {"n": number(int(seconds // 60))}
    if abs(seconds) < 86400:
        return _("%(n)s hours") % {"n": one_digit(seconds / 3600)}
    return _("%(n)s days") % {"n": one_digit(seconds / 86400)}


def working(minutes: object) -> str:
    """Working minutes in prose: 42 minutes, 6.8 hours, 2.4 working days (of 8 hours)."""
    found = decimal_of(minutes)
    if found is None:
        return MISSING
    if abs(found) < 60:
        return _("%(n)s min") % {"n": number(found, 0)}
    if abs(found) < WORKING_DAY:
        return _("%(n)s hours") % {"n": one_digit(found / 60)}
    return _("%(n)s working days") % {"n": one_digit(found / WORKING_DAY)}


def listed(names: Iterable[str]) -> str:
    """Several names in a row, as the reader's language separates them."""
    return pgettext("between the names of a list", ", ").join(names)


def one_digit(value: Number | Decimal) -> str:
    """One decimal, a trailing .0 dropped."""
    return number(value, 1).removesuffix(".0")
