"""Bringing a public complaint file in: batch by batch, each whole or not at all, again without doubling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases.opening import Rules
from yinuo.engines.editions import shelf
from yinuo.facts.rows import copy_rows
from yinuo.ground.tables import RefusedRow, Table, read_table
from yinuo.ground.tables.errors_file import write_errors
from yinuo.packs.complaints.imports.cfpb import PublicComplaint, heads, read_complaints
from yinuo.packs.complaints.imports.mapping import Mapping
from yinuo.packs.complaints.imports.rows import Batch, Here
from yinuo.packs.complaints.imports.units import company_units
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.pack import KIND

BATCH = 1000


class Progress(Protocol):
    """How a job hears of its own progress and is asked to stop."""

    def progress(self, done: int, total: int) -> None:
        """So many rows of so many."""

    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do. `known` were here already; `left_out` are sub-totals; `unmapped` counts
    words without a rule."""

    new: int = 0
    known: int = 0
    refused: int = 0
    flagged: int = 0
    rows: int = 0
    left_out: int = 0
    cancelled: bool = False
    unmapped: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def line(self) -> str:
        """The machine-readable last line."""
        return f"new {self.new}, refused {self.refused}, duplicates flagged {self.flagged}"


def mapping_in_force() -> tuple[UUID, Mapping]:
    """The edition of the mapping that reads files now."""
    edition = shelf.current("mapping", "cfpb")
    return edition.pk, shelf.parsed(edition)


def import_file(
    path: Path,
    *,
    by: UUID | None,
    errors: Path | None = None,
    dry_run: bool = False,
    job: Progress | None = None,
    language: str = "zh-hans",
) -> Outcome:
    """Read a file of any public CFPB layout into cases; TableRefused if it is not one.

    A dry run counts and shows without writing a case. `errors` receives the refused rows with their reasons.
    Cancelled or killed in between, the same call goes on where it stopped: rows that are here are known by
    their key.
    """
    table = read_table(path, heads=heads)
    total = sum(1 for _row in table.rows)
    outcome, refused = Outcome(rows=total), list[RefusedRow]()
    here = _here(table, by)
    readings = read_complaints(table, today=timezone.localdate())
    done = 0
    while chunk := list(islice(readings, BATCH)):
        refused += [reading for reading in chunk if isinstance(reading, RefusedRow)]
        found = [reading for reading in chunk if isinstance(reading, PublicComplaint)]
        _take(found, here, outcome, dry_run=dry_run)
        done += len(chunk)
        if job is not None:
            job.progress(done, total)
            if job.cancelled():
                outcome.cancelled = True
                break
    outcome.refused = len(refused)
    if errors is not None and refused:
        write_errors(errors, table, refused, language)
    return outcome


def _here(table: Table, by: UUID | None) -> Here:
    mapping_id, mapping = mapping_in_force()
    return Here(
        rules=Rules.today(KIND, promises="public"),
        mapping_id=mapping_id,
        mapping=mapping,
        file=table.source.sha256,
        by=by,
        now=timezone.now(),
        midnight=_midnight(ZoneInfo(settings.TIME_ZONE)),
    )


def _midnight(zone: ZoneInfo) -> Callable[[date], datetime]:
    return lambda day: datetime.combine(day, time(), zone)


def _take(found: list[PublicComplaint], here: Here, outcome: Outcome, *, dry_run: bool) -> None:
    """One batch: what is not here yet goes in, in one transaction."""
    keys = [complaint.key for complaint in found]
    known = set(Complaint.objects.filter(source_key__in=keys).values_list("source_key", flat=True))
    fresh = [each for each in found if each.key not in known and not each.same_complaint]
    outcome.known += len(found) - len(fresh)
    outcome.new += len(fresh)
    outcome.flagged += sum(each.identical_to is not None for each in fresh)
    batch = Batch(here)
    for complaint in fresh:
        outcome.unmapped.update(batch.unmapped(complaint))
    _examples(fresh, here, outcome)
    if dry_run or not fresh:
        return
    with transaction.atomic():
        units = company_units(
            {each.company for each in fresh}, first=min(each.received for each in fresh), by=here.by
        )
        originals = _originals(fresh, here)
        for complaint in fresh:
            batch.add(complaint, units, originals)
        for model, rows in batch.tables():
            copy_rows(model, rows)


def _originals(fresh: list[PublicComplaint], here: Here) -> dict[int, UUID]:
    """Cases of earlier batches that rows of this one are identical to, by row number."""
    rows = {each.identical_to for each in fresh if each.identical_to is not None}
    keys = {f"{here.file}:{row}": row for row in rows}
    found = Complaint.objects.filter(source_key__in=keys).values_list("source_key", "case_id")
    return {keys[key]: case_id for key, case_id in found if key is not None}


def _examples(fresh: list[PublicComplaint], here: Here, outcome: Outcome) -> None:
    for complaint in islice(fresh, max(0, 20 - len(outcome.examples))):
        outcome.examples.append(
            {
                "row": complaint.row_number,
                "received": complaint.received.isoformat(),
                "company": complaint.company,
                "product": complaint.product,
                "business": here.mapping.business(complaint.product, complaint.sub_product).code,
                "issue": complaint.issue or "",
                "cause": here.mapping.cause(complaint.issue).code,
                "timely": complaint.timely,
            }
        )
