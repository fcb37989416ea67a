"""The ledger going out: what we know of each complaint and what a ledger once said of it, masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, Prefetch, QuerySet
from django.utils.translation import override

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Approval, Case, Note
from yinuo.engines.editions import shelf
from yinuo.facts.models import Fact
from yinuo.ground.people.tree import current_mark
from yinuo.ground.vault.ciphertext import decrypt
from yinuo.ground.vault.hand import keys_at_hand
from yinuo.ground.vault.keys import KeyDestroyed
from yinuo.ground.vault.sealed import Erased
from yinuo.packs.complaints.ledger.cells import MOST_CELL, canonical
from yinuo.packs.complaints.ledger.known import EXTENSION, KNOWN, MOVING, About
from yinuo.packs.complaints.ledger.layout import Ledger, LedgerColumn
from yinuo.packs.complaints.ledger.masks import masked
from yinuo.packs.complaints.models import LedgerRow
from yinuo.packs.complaints.statement import FORWARDED, complained_before

CHUNK = 500
Cells = Mapping[str, str]
RELATED = ("complaint", "customer__key", "handling_unit", "owning_unit", "complained_unit", "ledger_row")


def ledger_in_force() -> tuple[UUID, Ledger]:
    """The edition that says what the ledger looks like now."""
    edition = shelf.current("ledger", "complaints")
    return edition.pk, shelf.parsed(edition)


def lines(cases: QuerySet[Case], ledger: Ledger) -> Iterator[Cells]:
    """Every case as a row of the ledger by column key, masked; memory does not grow with the cases."""
    chosen = cases.select_related(*RELATED).annotate(told_before=Exists(complained_before()))
    answers = Note.objects.filter(for_customer=True, subject="answer")
    longer = Approval.objects.filter(what=EXTENSION, granted=True)
    found = chosen.prefetch_related(
        "clocks",
        "complaint__matters",
        "complaint__redresses",
        "complaint__parties",
        Prefetch("notes", answers),
        Prefetch("approvals", longer),
    ).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        with override(settings.LANGUAGE_CODE), keys_at_hand():  # the ledger is the bank's, whoever fetches it
            at_hand(chunk)
            rows = [line(about) for about in _about(chunk, ledger)]
        yield from rows


def line(about: About) -> dict[str, str]:
    """One row, masked."""
    row: LedgerRow | None = getattr(about.case, "ledger_row", None)
    said = kept(row, about.case) if row else {}
    here = not said or row is None or row.version != about.case.version  # nothing said: erased
    return {
        column.key: masked(column.kind, _cell(column, about, said.get(column.key, ""), here=here))
        for column in about.ledger.columns
    }


def _cell(column: LedgerColumn, about: About, said: str, *, here: bool) -> str:
    """What the row said, unless nobody had said anything yet or the complaint moved on here since."""
    if not column.known or not here or (said and column.known not in MOVING):
        return said
    known = KNOWN[column.known](about)[:MOST_CELL]
    return (canonical("text", known) if column.kind == "text" else known) or said


def kept(row: LedgerRow, case: Case) -> dict[str, str]:
    """What a ledger said, personal cells opened; without them once the customer is erased."""
    cells: dict[str, str] = {} if isinstance(row.cells, Erased) else json.loads(row.cells)
    if row.personal is None or case.customer is None:
        return cells
    try:
        personal: dict[str, str] = json.loads(decrypt(case.customer.secret, row.personal, place(case.pk)))
    except KeyDestroyed:
        return cells
    return cells | personal


def place(case_id: UUID) -> bytes:
    """The context that binds sealed cells to their row."""
    return b"complaints.LedgerRow.personal:" + case_id.bytes


def _about(cases: Sequence[Case], ledger: Ledger) -> Iterator[About]:
    ids = [case.pk for case in cases]
    called_back: dict[UUID | None, datetime] = dict(
        Fact.objects.filter(kind="complaints.called_back", case_id__in=ids).values_list(
            "case_id", "occurred_at"
        )
    )
    mark = current_mark()
    for case in cases:
        escalated = case.complaint.source in FORWARDED and case.told_before  # type: ignore[attr-defined]
        yield About(case, ledger, escalated, called_back.get(case.pk), mark)
