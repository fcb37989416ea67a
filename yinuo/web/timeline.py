"""Timeline entries grouped by day, with the icon and the word of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from yinuo.engines.cases import timeline
from yinuo.web.formats import as_day, day_short, weekday
from yinuo.web.parts import Entry

ICONS = {
    "customer": "message-2",
    "staff": "user-circle",
    "approval": "shield-check",
    "clock": "clock",
    "system": "settings",
}


@dataclass(frozen=True, slots=True)
class Line:
    entry: Entry
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date | None
    told: str
    lines: list[Line] = field(default_factory=list)


def kind_words() -> dict[str, str]:
    """What each kind is called."""
    return {
        "customer": _("Customer"),
        "staff": _("Staff"),
        "approval": _("Approval"),
        "clock": _("Clock"),
        "system": _("System"),
    }


def as_told(entries: Sequence[timeline.Entry]) -> list[Entry]:
    """The timeline of a case as pages draw it; a person's own words follow what happened."""
    return [
        Entry(
            entry.at,
            entry.group,
            entry.text + _(": ") + entry.words if entry.words else entry.text,
            by=entry.who if entry.words else "",
        )
        for entry in entries
    ]


def by_day(entries: Sequence[Entry]) -> list[Day]:
    """Days in the order of the entries; KeyError for a kind that does not exist."""
    words = kind_words()
    days: list[Day] = []
    for entry in entries:
        day = as_day(entry.at)
        if not days or days[-1].day != day:
            days.append(Day(day, f"{day_short(entry.at)} {weekday(entry.at)}"))
        days[-1].lines.append(Line(entry, ICONS[entry.kind], words[entry.kind]))
    return days
