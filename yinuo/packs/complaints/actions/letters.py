"""Letters to whoever complained: the words are an edition, the gaps come from the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.models import Customer
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import letter_row
from yinuo.ground.vault.keys import open_key
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.pack import KIND


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter goes to: address, language, and the key that seals it."""

    to: str
    language: str
    customer: UUID
    key: bytes


def row(
    template: str, case_id: UUID, number: str, reader: Reader, gaps: Mapping[str, str], now: datetime
) -> Mapping[str, Any]:
    """The row of a letter for the outbox; every letter names the bank, the case and where to follow it."""
    filled = {
        "bank": bank_name(reader.language),
        "number": number,
        "address": f"{settings.PUBLIC_URL}/s/track",
    }
    subject, body = shelf.in_use("letters", KIND.key)[template].fill(reader.language, {**filled, **gaps})
    return letter_row(
        case_id=case_id, template=template, to=reader.to, subject=subject, body=body,
        subject_id=reader.customer, key=reader.key, language=reader.language, now=now,
    )  # fmt: skip


def send(
    case: Case, template: str, gaps: Mapping[str, str], at: datetime, *, others: bool = True
) -> UUID | None:
    """Write a letter down for the outbox, and with `others` the same for everybody else who may read it.

    The customer's own letter; None when they gave no e-mail address.
    """
    for party in readers(case, at) if others else ():
        send_to(case, party.customer, template, gaps, at)
    return send_to(case, case.customer, template, gaps, at) if case.customer else None


def send_to(
    case: Case, customer: Customer, template: str, gaps: Mapping[str, str], at: datetime
) -> UUID | None:
    """Write a letter down for one person, sealed with their own key; None without an e-mail address."""
    if not customer.email:
        return None
    reader = Reader(customer.email, case.language, customer.pk, open_key(customer.pk))
    written = row(template, case.pk, case.number, reader, gaps, at)
    write_rows([(Letter, [written])])
    letter_id: UUID = written["id"]
    return letter_id


def readers(case: Case, at: datetime) -> list[Party]:
    """Who reads the letters beside the customer: those who represent the others who complain, and those who speak
    for the customer with an authority that was checked and has not run out."""
    found = Party.objects.filter(complaint_id=case.pk, removed_at=None, customer__key__destroyed_at=None)
    still = Q(valid_until=None) | Q(valid_until__gte=timezone.localdate(at))
    proved = Q(role=Party.Role.AGENT, checked_at__isnull=False) & still
    represents = Q(role=Party.Role.JOINT, represents=True)
    return list(found.filter(proved | represents).select_related("customer__key"))


def bank_name(language: str) -> str:
    """The bank's name as customers know it."""
    name: str = shelf.in_use("bank", "own").name.to(language)
    return name


def moment(at: datetime | None) -> str:
    """A moment as letters write it, on the bank's clock; two hyphens where there is none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "--"
