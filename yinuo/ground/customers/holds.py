"""Legal holds: while one stands, nothing of the customer is erased, whoever asks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.customers.models import LegalHold


@transaction.atomic
def place_hold(
    customer_id: UUID, *, reason: str, by: UUID | None, until: date | None = None, at: datetime | None = None
) -> LegalHold:
    """Keep everything about a customer, until that day (inclusive) or until it is lifted. `reason` is a code."""
    at = at or timezone.now()
    record("customers.hold_placed", by=by, at=at, customer=customer_id, reason=reason, until=until)
    return LegalHold.objects.create(
        customer_id=customer_id, reason=reason, until=until, placed_by=by, placed_at=at
    )


@transaction.atomic
def lift_hold(hold_id: UUID, *, by: UUID | None, at: datetime | None = None) -> bool:
    """End a hold before its day; False where it was lifted already."""
    at = at or timezone.now()
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id, lifted_at=None).first()
    if hold is None:
        return False
    hold.lifted_at, hold.lifted_by = at, by
    hold.save(update_fields=["lifted_at", "lifted_by"])
    record("customers.hold_lifted", by=by, at=at, customer=hold.customer_id, hold=hold.pk)
    return True


def standing(customer_id: UUID, on: date) -> QuerySet[LegalHold]:
    """The holds of a customer that stand on a day."""
    return LegalHold.objects.filter(Q(until=None) | Q(until__gte=on), customer_id=customer_id, lifted_at=None)
