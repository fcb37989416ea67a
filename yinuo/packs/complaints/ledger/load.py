"""Bringing a ledger in, or whatever complaint file it is: recognised by its head, again without doubling."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.ground.tables import RefusedRow, Table, read_table
from yinuo.ground.tables.errors_file import write_errors
from yinuo.ground.tables.source import MAX_BYTES
from yinuo.ground.vault.sealed import Erased
from yinuo.packs.complaints.imports import cfpb
from yinuo.packs.complaints.imports.load import Outcome, Progress, import_file
from yinuo.packs.complaints.ledger.bank import Bank
from yinuo.packs.complaints.ledger.layout import Ledger
from yinuo.packs.complaints.ledger.masks import masked
from yinuo.packs.complaints.ledger.outgoing import ledger_in_force
from yinuo.packs.complaints.ledger.reading import (
    LedgerComplaint,
    LeftOut,
    is_ledger,
    read_ledger,
    recognise,
    refused_again,
)
from yinuo.packs.complaints.ledger.taking import take
from yinuo.packs.complaints.models import LedgerRow
from yinuo.packs.complaints.pack import KIND

BATCH = 200
EXAMPLES = 20


def check(path: Path, *, max_bytes: int = MAX_BYTES) -> None:
    """TableRefused unless it is a file of complaints that we know how to read."""
    _edition, ledger = ledger_in_force()
    table = read_table(path, max_bytes=max_bytes, heads=ledger.heads)
    if is_ledger(table, ledger):
        recognise(table, ledger)
    else:
        cfpb.recognise(table)


def import_any(
    path: Path,
    *,
    by: UUID | None,
    errors: Path | None = None,
    dry_run: bool = False,
    job: Progress | None = None,
    language: str = "zh-hans",
) -> Outcome:
    """Read a ledger or a public file into cases, whichever it is; see `import_file`."""
    edition, ledger = ledger_in_force()
    table = read_table(path, heads=ledger.heads)
    if not is_ledger(table, ledger):
        return import_file(path, by=by, errors=errors, dry_run=dry_run, job=job, language=language)
    bank = Bank(ledger, edition, table.source.sha256, by, timezone.now(), _midnight)
    return _Import(table, bank, dry_run=dry_run).run(errors, job, language)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


class _Import:
    """One file on its way in, batch by batch; each is whole or not at all."""

    def __init__(self, table: Table, bank: Bank, *, dry_run: bool) -> None:
        self.table, self.bank, self.dry_run = table, bank, dry_run
        self.layout = recognise(table, bank.ledger)
        self.outcome = Outcome(rows=sum(1 for _row in table.rows))
        self.refused: list[RefusedRow] = []

    def run(self, errors: Path | None, job: Progress | None, language: str) -> Outcome:
        """Everything; stopped in between, the same call goes on where it stopped."""
        readings = read_ledger(self.table, self.bank.ledger, today=timezone.localdate())
        done = 0
        while chunk := list(islice(readings, BATCH)):
            self.refused += [reading for reading in chunk if isinstance(reading, RefusedRow)]
            self.outcome.left_out += sum(isinstance(reading, LeftOut) for reading in chunk)
            self._take([reading for reading in chunk if isinstance(reading, LedgerComplaint)])
            done += len(chunk)
            if job is not None:
                job.progress(done, self.outcome.rows)
                if job.cancelled():
                    self.outcome.cancelled = True
                    break
        self.outcome.refused = len(self.refused)
        if errors is not None and self.refused:
            self.refused.sort(key=lambda refused: refused.row.number)
            write_errors(errors, self.table, self.refused, language)
        return self.outcome

    def _take(self, found: list[LedgerComplaint]) -> None:
        fresh = self._fresh(found)
        self.outcome.new += len(fresh)
        for said in fresh:
            self.outcome.unmapped.update(self.bank.unmapped(said))
        room = max(0, EXAMPLES - len(self.outcome.examples))
        self.outcome.examples += [_example(said, self.bank) for said in fresh[:room]]
        if self.dry_run or not fresh:
            return
        with transaction.atomic():
            for said in fresh:
                take(said, self.bank)

    def _fresh(self, found: list[LedgerComplaint]) -> list[LedgerComplaint]:
        """Those that are not here: neither under a number of ours nor read from a ledger before."""
        own, before = _here(found)
        fresh = []
        for said in found:
            row = before.get(said.key)
            if row is not None and not _same(row, said, self.bank.ledger):
                self.refused.append(refused_again(said, self.layout))
            elif row is not None or said.number in own or said.identical_to is not None:
                self.outcome.known += 1
            else:
                fresh.append(said)
        return fresh


def _here(found: Iterable[LedgerComplaint]) -> tuple[set[str], dict[str, LedgerRow]]:
    said = list(found)
    own = Case.objects.filter(kind=KIND.key, number__in=[each.number for each in said])
    rows = LedgerRow.objects.filter(case__complaint__source_key__in=[each.key for each in said])
    before = {str(row.case.complaint.source_key): row for row in rows.select_related("case__complaint")}
    return set(own.values_list("number", flat=True)), before


def _same(row: LedgerRow, said: LedgerComplaint, ledger: Ledger) -> bool:
    """Whether a row says what it said before, both masked: it may have been out in between. What has moved on here
    since, or was erased, is known whatever a file says of it."""
    if row.version != row.case.version or isinstance(row.cells, Erased):
        return True
    return _compared(json.loads(row.cells), ledger) == _compared(said.cells, ledger)


def _compared(cells: Mapping[str, str], ledger: Ledger) -> dict[str, str]:
    columns = {key: column for key in cells if (column := ledger.by_key.get(key)) and not column.personal}
    return {key: masked(column.kind, cells[key]) for key, column in columns.items()}


def _example(said: LedgerComplaint, bank: Bank) -> dict[str, Any]:
    cells = said.cells
    return {
        "row": said.row.number,
        "received": said.received.isoformat(),
        "company": cells.get("branch_name", ""),
        "product": cells.get("business", ""),
        "business": bank.code(said, "business") or ("unmapped" if cells.get("business") else ""),
        "issue": cells.get("cause", ""),
        "cause": bank.code(said, "cause") or ("unmapped" if cells.get("cause") else ""),
        "timely": None,
    }
