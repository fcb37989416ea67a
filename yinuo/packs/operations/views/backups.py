"""What was backed up, and whether it was ever shown to come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.facts.models import Fact
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.vitals.registry import readings
from yinuo.packs.operations import queries
from yinuo.packs.operations.pack import VIEW
from yinuo.packs.operations.views.places import places
from yinuo.packs.operations.views.state import line
from yinuo.web.formats import duration, moment, moment_short, number, size

LOG = ("backups.base", "backups.archived", "backups.followed")  # where an archive is set
COPIES = ("backups.made", "backups.drilled")  # where a folder for backups is set


@dataclass(frozen=True, slots=True)
class Event:
    """One backup, drill or recovery as a row."""

    what: str
    name: str
    at: str
    result: str
    tone: str
    much: str
    took: str


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """How old what is kept is, and what was made, drilled and brought back."""
    now = timezone.now()
    watched = (COPIES if settings.BACKUP_FOLDER else ()) + (LOG if settings.ARCHIVE_FOLDER else ())
    found = [each for each in readings(now, "backups.") if each.vital.key in watched]
    shown = {
        "lines": [line(each) for each in sorted(found, key=lambda each: each.is_well)],
        "copies": bool(settings.BACKUP_FOLDER),
        "log": bool(settings.ARCHIVE_FOLDER),
        "events": [event(each, now) for each in queries.backups()],
        "as_of": _("as of %(at)s") % {"at": moment(now)},
        "places": places(request),
    }
    return render(request, "operations/backups.html", shown)


def event(fact: Fact, now: datetime) -> Event:
    """A fact in the reader's words."""
    told = fact.data
    result, tone = _result(fact.kind, told)
    took = duration(timedelta(seconds=told["seconds"])) if "seconds" in told else ""
    return Event(
        _what(fact.kind),
        told.get("name", ""),
        moment_short(fact.occurred_at, now),
        result,
        tone,
        _much(told),
        took,
    )


def _what(kind: str) -> str:
    return {
        "backups.made": _("Backup"),
        "backups.base_made": _("Base backup"),
        "backups.drilled": _("Restore drill"),
        "backups.restored": _("Restored"),
        "backups.recovered": _("Recovered from the log"),
    }[kind]


def _result(kind: str, told: dict[str, Any]) -> tuple[str, str]:
    if not told.get("good", True):
        return _("could not be restored"), "bad"
    if told.get("damaged") or told.get("missing"):
        files = told.get("damaged") or told.get("missing")
        return _("files missing: %(count)s") % {"count": number(files)}, "warn"
    return (_("equal in every row and file") if kind == "backups.drilled" else _("whole")), "ok"


def _much(told: dict[str, Any]) -> str:
    parts = []
    if "rows" in told:
        parts.append(_("%(count)s rows") % {"count": number(told["rows"])})
    if "files" in told:
        parts.append(_("%(count)s files") % {"count": number(told["files"])})
    if "size" in told:
        parts.append(size(told["size"]))
    if told.get("erased"):
        parts.append(_("erased again: %(count)s") % {"count": number(told["erased"])})
    return " · ".join(parts)
