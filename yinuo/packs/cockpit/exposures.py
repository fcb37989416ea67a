"""Exposures: what figures are held against, month by month, as they were stated; and bringing in a file of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.facts.ids import new_id
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.exposures.importer import Outcome, check, import_exposures
from yinuo.ground.exposures.models import Exposure, Series
from yinuo.ground.exposures.readings import months_of
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import tree
from yinuo.ground.tables import TableRefused
from yinuo.web.formats import number
from yinuo.web.parts import Crumb, Pair
from yinuo.web.period_asked import Asked, asked, units_to_ask

VIEW, IMPORT = "measures.view", "measures.import_exposures"
MOST_BYTES = 5 * 1024 * 1024
KEPT = "exposures"  # in the session: the file that was looked at
MOST_CORRECTED = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one unit; `corrected` if another figure held before."""

    amount: int | None
    corrected: bool


@require_safe
@needs(VIEW)
def page(request: StaffRequest) -> HttpResponse:
    """Every series: units down, months across; what nobody stated is not known, never 0."""
    wanted = asked(request, VIEW)
    months = months_of(wanted.period.first, wanted.period.last)
    units = _units(request, wanted)
    stated = list(
        Exposure.objects.filter(unit__in=units, month__in=months)
        .select_related("unit", "stated_by")
        .order_by("stated_at")
    )
    context = {
        "asked": wanted,
        "units": units_to_ask(request, VIEW),
        "months": months,
        "tables": [(series, _lines(series, units, months, stated)) for series in Series],
        "corrected": _corrected(stated),
        "any": bool(stated),
        "may_import": request.reach.holds(IMPORT),
        "crumbs": _crumbs(),
    }
    return render(request, "cockpit/exposures.html", context)


def _crumbs(here: str = "") -> list[Crumb]:
    exposures = Crumb(_("Exposures"), reverse("cockpit:exposures") if here else "")
    return [Crumb(_("Measures"), reverse("cockpit:measures")), exposures, *([Crumb(here)] if here else [])]


def _units(request: StaffRequest, wanted: Asked) -> list[Unit]:
    """Within reach and asked for: what stated anything ever, and every branch; as they stand in the tree."""
    standing = tree(wanted.period.last)
    reach = request.reach.units(VIEW)
    if wanted.unit is not None:
        reach &= standing.subtree(wanted.unit.pk)
    told = set(
        Unit.objects.filter(Q(exposures__isnull=False) | Q(kind="branch"), pk__in=reach).values_list(
            "pk", flat=True
        )
    )
    return [unit for _depth, unit in standing.walk() if unit.pk in told]


def _lines(
    series: Series, units: Iterable[Unit], months: Iterable[date], stated: Iterable[Exposure]
) -> list[tuple[Unit, list[Cell]]]:
    held = {
        (each.unit_id, each.month): each for each in stated if each.series == series and not each.replaced_at
    }
    before = {(each.unit_id, each.month) for each in stated if each.series == series and each.replaced_at}
    return [
        (unit, [_cell(held.get((unit.pk, month)), (unit.pk, month) in before) for month in months])
        for unit in units
    ]


def _cell(held: Exposure | None, corrected: bool) -> Cell:
    return Cell(held.amount if held else None, corrected)


def _corrected(stated: Iterable[Exposure]) -> list[tuple[Exposure, Exposure]]:
    """(what it was, what replaced it), the newest first."""
    latest: dict[tuple[UUID, str, date], Exposure] = {}
    changes = []
    for each in stated:
        key = (each.unit_id, each.series, each.month)
        if key in latest:
            changes.append((latest[key], each))
        latest[key] = each
    return changes[::-1][:MOST_CORRECTED]


@needs(IMPORT)
def start(request: StaffRequest) -> HttpResponse:
    """Choose a file; it is looked at, and nothing is written before somebody says so."""
    problem, outcome = "", None
    if request.method == "POST":
        problem = _receive(request)
    kept = request.session.get(KEPT, {}) if request.method == "POST" and not problem else {}
    if kept:
        outcome = _run(request, kept, dry_run=True)
    context = {
        "problem": problem,
        "name": kept.get("name", ""),
        **_told(outcome),
        "crumbs": _crumbs(_("Bring in")),
    }
    return render(request, "cockpit/exposures_import.html", context, status=422 if problem else 200)


def _receive(request: StaffRequest) -> str:
    """Keep what was sent for the next step; why it is not taken, "" if it is."""
    upload = request.FILES.get("file")
    if upload is None:
        return _("Choose a file first.")
    if upload.size and upload.size > MOST_BYTES:
        return _("The file is larger than 5 MB; use the command line: yinuo import exposures FILE")
    path = _folder() / f"{new_id()}{Path(upload.name or '').suffix.lower()[:6]}"
    with path.open("wb") as out:
        out.writelines(upload.chunks())
    try:
        check(path, max_bytes=MOST_BYTES)
    except TableRefused as error:
        path.unlink()
        return str(error.text)
    request.session[KEPT] = {"stored": path.name, "name": (upload.name or "")[:200]}
    return ""


@needs(IMPORT)
def act(request: StaffRequest, verb: str) -> HttpResponseBase:
    """Bring in what was looked at, or fetch the rows that were refused."""
    kept = request.session.get(KEPT)
    if not kept or not (_folder() / kept["stored"]).exists():
        raise Http404
    if verb == "errors" and request.method == "GET":
        return _errors(kept)
    if verb != "take" or request.method != "POST":
        raise Http404
    outcome = _run(request, kept, dry_run=False)
    context = {"name": kept["name"], "done": True, **_told(outcome), "crumbs": _crumbs(_("Bring in"))}
    return render(request, "cockpit/exposures_import.html", context)


def _run(request: StaffRequest, kept: Mapping[str, str], *, dry_run: bool) -> Outcome:
    return import_exposures(
        _folder() / kept["stored"],
        by=request.user.pk,
        units=request.reach.units(IMPORT),
        errors=_errors_of(kept),
        dry_run=dry_run,
        language=get_language() or "zh-hans",
    )


def _told(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {"outcome": None}
    counts = (
        (_("Rows in the file"), outcome.rows),
        (_("New figures"), outcome.new),
        (_("Corrected figures"), outcome.corrected),
        (_("Here already"), outcome.known),
        (_("Refused rows"), outcome.refused),
    )
    return {
        "outcome": outcome,
        "facts": [Pair(name, number(count)) for name, count in counts],
        "examples": [row | {"series": Series(row["series"]).label} for row in outcome.examples],
        "changes": outcome.new + outcome.corrected,
    }


def _folder() -> Path:
    path: Path = settings.YINUO_HOME / "imports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _errors_of(kept: Mapping[str, str]) -> Path:
    return _folder() / f"{Path(kept['stored']).stem}.errors.csv"


def _errors(kept: Mapping[str, str]) -> HttpResponseBase:
    path = _errors_of(kept)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="errors.csv", content_type="text/csv; charset=utf-8"
    )


def from_command_line(file: Path, *, dry_run: bool, errors: Path | None) -> int:
    """`yinuo import exposures FILE`: the machine-readable line is the last. 1 if it is no such file."""
    try:
        outcome = import_exposures(file, by=None, errors=errors, dry_run=dry_run, language="en")
    except TableRefused as error:
        sys.stderr.write(f"{file}: {error}\n")
        return 1
    sys.stdout.write(f"{outcome.line()}\n")
    return 0
