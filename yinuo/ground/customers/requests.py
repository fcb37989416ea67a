"""A customer's wish to be erased: asked for by one, decided by another, who is told what must be kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.customers.erasure import erase
from yinuo.ground.customers.models import Customer, ErasureRequest

State = ErasureRequest.State
UNDER_WAY, DECIDED, SAME_PERSON, NO_REASON, ERASED = (
    "under_way",
    "decided",
    "same_person",
    "no_reason",
    "erased",
)


class RequestRefused(Exception):
    """Nothing happened; `why` is a code."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@transaction.atomic
def ask(customer_id: UUID, *, case: UUID, by: UUID, at: datetime | None = None) -> ErasureRequest:
    """Write the wish down. RequestRefused while another waits, and for somebody erased already."""
    at = at or timezone.now()
    customer = Customer.objects.select_for_update(of=("self",)).select_related("key").get(pk=customer_id)
    if customer.key.destroyed_at is not None:
        raise RequestRefused(ERASED)
    if ErasureRequest.objects.filter(customer_id=customer_id, state=State.ASKED).exists():
        raise RequestRefused(UNDER_WAY)
    made = ErasureRequest.objects.create(customer_id=customer_id, case=case, asked_by=by, asked_at=at)
    record("customers.erasure_asked", by=by, at=at, customer=customer_id, request=made.pk)
    return made


@transaction.atomic
def decide(
    request_id: UUID, *, granted: bool, by: UUID, reason: str = "", at: datetime | None = None
) -> ErasureRequest:
    """Erase, or refuse with a code of the law. ErasureRefused, and still waiting, while something must be kept."""
    at = at or timezone.now()
    asked = ErasureRequest.objects.select_for_update().get(pk=request_id)
    if asked.state != State.ASKED:
        raise RequestRefused(DECIDED)
    if by == asked.asked_by:
        raise RequestRefused(SAME_PERSON)
    if not granted and not reason:
        raise RequestRefused(NO_REASON)
    if granted:
        erase(asked.customer_id, reason="request", by=by, at=at)
    asked.state = State.ERASED if granted else State.REFUSED
    asked.decided_by, asked.decided_at, asked.reason = by, at, "" if granted else reason
    asked.save()
    record(
        "customers.erasure_decided", by=by, at=at, customer=asked.customer_id, request=asked.pk,
        granted=granted, reason=asked.reason or None,
    )  # fmt: skip
    return asked
