"""The day a page is asked for: `?on=2026-11-23`, today without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day, whether it is today, and what was wrong with the address."""

    day: date
    today: bool
    problem: str = ""

    @property
    def iso(self) -> str:
        """As a date field takes it."""
        return self.day.isoformat()


def asked_day(request: HttpRequest) -> AskedDay:
    """The day of the address; one that is none is told, and today shown."""
    today, said = timezone.localdate(), request.GET.get("on", "")
    try:
        day = date.fromisoformat(said) if said else today
    except ValueError:
        return AskedDay(today, True, _("This is no day; today is shown."))
    return AskedDay(day, day == today)
