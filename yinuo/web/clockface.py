"""What a clock badge says. Pure: `now` is an argument; words only from the catalogue.

A clock runs in natural time or in working time. Working minutes left are counted by the calendar and handed
in; the browser may tick a badge by itself only while both times run alike (no closed hours before the due
instant); working time overdue is never ticked, for the browser does not know when the day closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yinuo.web.formats import MISSING, WORKING_DAY, as_day, one_digit

ICONS = {
    "ok": "circle-check",
    "warn": "clock",
    "bad": "alert-triangle",
    "late": "alert-triangle",
    "pause": "player-pause",
    "unknown": "info-circle",
    "kept": "circle-check",
    "waiting": "hourglass",
    "lapsed": "ban",
}
NEAR = timedelta(minutes=5)
DAY_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A badge: one of the states of ICONS, its words, and what the browser needs to keep it true."""

    state: str
    text: str
    due: datetime | None = None
    warn: datetime | None = None
    unit: str = "natural"
    tick: bool = False

    @property
    def icon(self) -> str:
        return ICONS[self.state]


def badge_state(status: str, *, due_at: datetime | None, warn_at: datetime | None, now: datetime) -> str:
    """A folded clock's status (waiting, running, paused, kept, broken, lapsed, cannot_tell) as a badge state."""
    fixed = {
        "paused": "pause",
        "kept": "kept",
        "broken": "bad",
        "cannot_tell": "unknown",
        "waiting": "waiting",
        "lapsed": "lapsed",
    }
    if status in fixed:
        return fixed[status]
    if due_at is None:
        return "unknown"
    if now >= due_at:
        return "bad"
    return "warn" if (warn_at is not None and now >= warn_at) or due_at - now <= NEAR else "ok"


def clock_face(
    state: str,
    due: datetime | None = None,
    *,
    now: datetime,
    left: float | timedelta | None = None,
    unit: str = "natural",
    warn: datetime | None = None,
    note: str = "",
    short: bool = False,
) -> ClockFace:
    """The face of a clock.

    `left`: minutes (or a timedelta) until due in the clock's own unit, negative when overdue; without it
    natural time is counted. `unit`: natural | working. `note`: why it is paused. `short`: one decimal, for
    dense lists. State "late": stopped after it was due, `left` says by how much; nothing can be done any more.
    Unknown states raise KeyError.
    """
    ICONS[state]
    fixed = _fixed(state, note)
    if fixed is not None or due is None:
        return ClockFace(state, fixed or MISSING, due, warn, unit)
    natural = (due - now).total_seconds()
    seconds = natural if left is None else _seconds(left)
    if state == "late":
        return ClockFace(state, _("%(time)s late") % {"time": _over(abs(seconds), unit, short)})
    tick = abs(natural) < DAY_SECONDS and (unit == "natural" or abs(seconds - natural) < 60)
    if tick:
        seconds = natural
    if seconds < 0 or state == "bad":
        said = pgettext("in a dense list", "%(time)s over") if short else _("%(time)s overdue")
        text = said % {"time": _over(abs(seconds), unit, short)}
        return ClockFace("bad", text, due, warn, unit, tick and seconds < 0 and unit == "natural")
    amount = _short(seconds, unit, due, now) if short else _left(seconds, unit, due, now, tick)
    return ClockFace(state, _("%(time)s left") % {"time": amount}, due, warn, unit, tick)


def _fixed(state: str, note: str) -> str | None:
    if state == "pause":
        return _("%(why)s · paused") % {"why": note} if note else _("Paused")
    if state == "unknown":
        return _("Cannot tell")
    if state == "kept":
        return note or _("Kept in time")
    if state == "waiting":
        return MISSING
    return (note or _("Lapsed")) if state == "lapsed" else None


def _seconds(left: float | timedelta) -> float:
    return left.total_seconds() if isinstance(left, timedelta) else float(left) * 60


def hours_minutes(seconds: float) -> str:
    """1 h 20 min; whole hours without minutes."""
    hours, minutes = divmod(int(seconds // 60), 60)
    if not hours:
        return _("%(m)s min") % {"m": minutes}
    if not minutes:
        return _("%(h)s h") % {"h": hours}
    return _("%(h)s h %(m)s min") % {"h": hours, "m": minutes}


def _left(seconds: float, unit: str, due: datetime, now: datetime, exact: bool) -> str:
    if seconds < 3600 and exact:
        return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
    if unit == "working" and seconds >= WORKING_DAY * 60:
        days, rest = divmod(int(seconds // 60), WORKING_DAY)
        told = ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}
        return f"{told} {hours_minutes(rest // 60 * 3600)}" if rest >= 60 else told
    if unit == "natural" and seconds >= DAY_SECONDS:
        return _calendar_days(due, now)
    return hours_minutes(seconds)


def _short(seconds: float, unit: str, due: datetime, now: datetime) -> str:
    if unit == "working" and seconds >= WORKING_DAY * 60:
        return _working_days(seconds, short=True)
    if unit == "natural" and seconds >= DAY_SECONDS:
        return _calendar_days(due, now)
    return _("%(n)s h") % {"n": one_digit(seconds / 3600)} if seconds >= 3600 else hours_minutes(seconds)


def _working_days(seconds: float, *, short: bool) -> str:
    told = one_digit(seconds / 60 / WORKING_DAY)
    number = 1 if told == "1" else 2
    if short:
        return ngettext("%(n)s workday", "%(n)s workdays", number) % {"n": told}
    return ngettext("%(n)s working day", "%(n)s working days", number) % {"n": told}


def _over(seconds: float, unit: str, short: bool) -> str:
    if unit == "working" and seconds >= WORKING_DAY * 60:
        return _working_days(seconds, short=short)
    if unit == "natural" and seconds >= DAY_SECONDS:
        days = int(seconds // DAY_SECONDS)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return (
        _("%(n)s h") % {"n": one_digit(seconds / 3600)}
        if seconds >= 3600
        else hours_minutes(max(seconds, 60))
    )


def _calendar_days(due: datetime, now: datetime) -> str:
    """Days between the two dates in the bank's zone, as a calendar on the wall shows them."""
    last, first = as_day(due), as_day(now)
    days = (last - first).days if last and first else 0
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
