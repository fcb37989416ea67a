"""Erasing a customer: their key is destroyed, and whatever was sealed with it is noise wherever it was copied to.

What must be kept is asked first: legal holds here, and whatever higher floors declare (open cases, retention). Higher floors
also declare what they remove beside. What stays: codes, numbers, times, digests, the facts, and one fact more.

A backup from before brings the key back. So erasures are a list that is kept apart and replayed after a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.customers.models import Customer, Erasure, Identity, NameGram
from yinuo.ground.vault.models import SubjectKey

LEGAL_HOLD, ERASED_ALREADY, UNKNOWN = "legal_hold", "erased_already", "unknown"


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a customer's data must stay for now: a code, and the first day it need not, where that is known."""

    reason: str
    until: date | None = None


class ErasureRefused(Exception):
    """Nothing was erased; `reasons` says why, all of them."""

    def __init__(self, reasons: list[Kept]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(each.reason for each in reasons))


MustKeep = Callable[[UUID, datetime], Iterable[Kept]]
Remove = Callable[[UUID], int]
_keepers: dict[str, MustKeep] = {}
_removers: dict[str, Remove] = {}


def declare_keeper(name: str, must_keep: MustKeep) -> None:
    """`must_keep(customer, moment)` says why data of theirs has to stay."""
    _keepers[name] = must_keep


def declare_remover(name: str, remove: Remove) -> None:
    """`remove(customer)` takes away what is theirs beside sealed words; returns how many files. Inside the transaction, safe
    to repeat."""
    _removers[name] = remove


def why_not(customer_id: UUID, at: datetime | None = None) -> list[Kept]:
    """Why a customer is not erased now; nothing where they may be."""
    from yinuo.ground.customers.holds import standing

    at = at or timezone.now()
    wrapped = SubjectKey.objects.filter(customer=customer_id).values_list("wrapped", flat=True)
    if not wrapped:
        return [Kept(UNKNOWN)]
    if wrapped[0] is None:
        return [Kept(ERASED_ALREADY)]
    held = [Kept(LEGAL_HOLD, each.until) for each in standing(customer_id, timezone.localdate(at))]
    return [*held, *(kept for keeper in _keepers.values() for kept in keeper(customer_id, at))]


@transaction.atomic
def erase(customer_id: UUID, *, reason: str, by: UUID | None, at: datetime | None = None) -> Erasure:
    """Erase a customer for good; `reason` is a code (request, retention). ErasureRefused says why not, and nothing happened."""
    at = at or timezone.now()
    key = SubjectKey.objects.select_for_update().filter(customer=customer_id).first()
    if key is not None:
        Customer.objects.select_for_update().get(pk=customer_id)  # nothing new begins about them meanwhile
    if kept := why_not(customer_id, at):
        raise ErasureRefused(kept)
    identities, files = _destroy(customer_id, at)
    made = Erasure.objects.create(customer_id=customer_id, reason=reason, by=by, at=at)
    record(
        "customers.erased",
        by=by,
        at=at,
        customer=customer_id,
        reason=reason,
        identities=identities,
        files=files,
    )
    return made


def since(moment: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The erasures after a moment, oldest first, as JSON keeps them: the list that lies beside backups."""
    found = Erasure.objects.order_by("at", "pk")
    for each in found if moment is None else found.filter(at__gt=moment):
        yield {
            "customer": str(each.customer_id),
            "at": each.at.isoformat(),
            "reason": each.reason,
            "by": str(each.by) if each.by else None,
        }


@transaction.atomic
def replay(erasures: Iterable[Mapping[str, Any]]) -> int:
    """Erase again what a restored backup brought back, without asking anew; how many were there. Safe to repeat."""
    again = 0
    for said in erasures:
        customer_id, at = UUID(said["customer"]), datetime.fromisoformat(said["at"])
        if (
            not SubjectKey.objects.select_for_update()
            .filter(customer=customer_id, destroyed_at=None)
            .exists()
        ):
            continue
        _destroy(customer_id, at)
        by = UUID(said["by"]) if said.get("by") else None
        Erasure.objects.get_or_create(
            customer_id=customer_id, defaults={"reason": said["reason"], "by": by, "at": at}
        )
        again += 1
    if again:
        record("customers.erasures_replayed", customers=again)
    return again


def _destroy(customer_id: UUID, at: datetime) -> tuple[int, int]:
    files = sum(remove(customer_id) for remove in _removers.values())
    identities = Identity.objects.filter(customer_id=customer_id).delete()[0]
    NameGram.objects.filter(customer_id=customer_id).delete()
    Customer.objects.filter(pk=customer_id).update(name_ct=None, phone_ct=None, email_ct=None)
    SubjectKey.objects.filter(customer=customer_id).update(wrapped=None, destroyed_at=at)
    return identities, files
