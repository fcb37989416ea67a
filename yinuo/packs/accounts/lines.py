"""Sessions in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yinuo.ground.people.models import StaffSession
from yinuo.ground.people.whereabouts import device_of
from yinuo.web.formats import moment_short


@dataclass(frozen=True, slots=True)
class Line:
    """One session as a row; `here` is the one that is asking."""

    key: str
    device: str
    address: str
    since: str
    seen: str
    until: str
    here: bool


def lines(sessions: Iterable[StaffSession], now: datetime, here: str = "") -> list[Line]:
    """The sessions as rows."""
    return [line(each, now, here) for each in sessions]


def line(session: StaffSession, now: datetime, here: str = "") -> Line:
    """A session as a row."""
    return Line(
        session.session_key,
        device_of(session.device) or _("unknown device"),
        session.address or "–",
        moment_short(session.signed_in_at, now),
        moment_short(session.seen_at, now),
        moment_short(session.expire_date, now),
        session.session_key == here,
    )
