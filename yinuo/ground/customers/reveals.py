"""Who a customer is, in full: for a stated reason, for a minute, and never without a trace.

The server decides by its own clock. What was asked is shown again to the same person while its minute lasts, for a page may
be drawn twice; afterwards the same asking shows nothing, and a reason has to be stated anew. The values are returned and
kept nowhere; who asked for which of them is a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.customers.models import Customer, Reveal
from yinuo.ground.people.models import User
from yinuo.ground.vault.keys import KeyDestroyed

OTHER = "other"  # the reason that needs words
OVER, TOO_OFTEN, NO_REASON, ERASED = "over", "too_often", "no_reason", "erased"


class RevealRefused(Exception):
    """Nothing was shown and nothing recorded; `why` is a code."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is shown this once: the values by kind, and until when."""

    values: Mapping[str, str]
    since: datetime
    until: datetime


@transaction.atomic
def reveal(
    customer_id: UUID,
    *,
    asked: UUID,
    case: UUID,
    unit: UUID,
    by: UUID,
    reason: str,
    said: str = "",
    at: datetime | None = None,
) -> Revealed:
    """The customer's name, numbers and addresses. `asked` is the id of the form, `reason` a code; `other` wants words.

    RevealRefused says why not: no reason, too often within an hour, the minute is over, or there is nothing left to show.
    """
    at = at or timezone.now()
    if not reason or (reason == OTHER and not said.strip()):
        raise RevealRefused(NO_REASON)
    User.objects.select_for_update().get(pk=by)  # one at a time, so that nobody counts past the limit
    before = Reveal.objects.filter(pk=asked).first()
    if before is not None:
        if (before.by, before.customer_id, before.case) != (by, customer_id, case) or at >= before.until:
            raise RevealRefused(OVER)
        return Revealed(_values(customer_id), before.at, before.until)
    if Reveal.objects.filter(by=by, at__gt=at - timedelta(hours=1)).count() >= settings.REVEALS_AN_HOUR:
        raise RevealRefused(TOO_OFTEN)
    values = _values(customer_id)
    until = at + timedelta(seconds=settings.REVEAL_SECONDS)
    Reveal.objects.create(
        pk=asked, customer_id=customer_id, case=case, unit=unit, by=by, at=at, until=until,
        reason=reason, said=said.strip() if reason == OTHER else "",
    )  # fmt: skip
    record(
        "customers.revealed", by=by, case=case, unit=unit, at=at, customer=customer_id,
        fields=list(values), reason=reason,
    )  # fmt: skip
    return Revealed(values, at, until)


def _values(customer_id: UUID) -> dict[str, str]:
    """What is known, by kind: as given to us, and whatever else they are recognised by."""
    customer = Customer.objects.select_related("key").get(pk=customer_id)
    try:
        found = {kind: getattr(customer, kind) for kind in ("name", "phone", "email")}
        for identity in customer.identities.exclude(kind__in=found).order_by("kind", "pk"):
            identity.customer = customer
            found[identity.kind] = identity.value
    except KeyDestroyed:
        raise RevealRefused(ERASED) from None
    return {kind: value for kind, value in found.items() if value}
