"""What a customer allows their data to be used for, beyond what they came for: dated, by purpose, with its source.

Nobody is profiled, decided upon by a machine alone or advertised to unless they said yes; they are asked how satisfied they
were unless they said no. Whatever does one of these asks `allows` first, every time: a no holds from the moment it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from yinuo.facts.gate import record
from yinuo.ground.customers.models import Consent, Customer

PROFILING, AUTOMATED, MARKETING, SATISFACTION = "profiling", "automated", "marketing", "satisfaction"
PORTAL, COUNTER, HOTLINE, LETTER = "portal", "counter", "hotline", "letter"
SOURCES = (PORTAL, COUNTER, HOTLINE, LETTER)


@dataclass(frozen=True, slots=True)
class Purpose:
    """A use of data that a customer decides on. `unasked`: whether it is done to whoever has said nothing."""

    key: str
    name: str | Lazy
    unasked: bool = False


PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        each.key: each
        for each in (
            Purpose(PROFILING, _("Conclusions drawn about you from your data")),
            Purpose(AUTOMATED, _("Decisions about you made by a machine alone")),
            Purpose(MARKETING, _("Advertisements and offers")),
            Purpose(SATISFACTION, _("Asking how satisfied you were"), unasked=True),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one purpose; `since` is None where the customer has said nothing."""

    purpose: Purpose
    allowed: bool
    since: datetime | None = None
    source: str = ""


def allows(customer_id: UUID | None, purpose: str) -> bool:
    """Whether it may be done to them now. KeyError for a purpose that there is not; nobody known: as for who said nothing."""
    wanted = PURPOSES[purpose]
    if customer_id is None:
        return wanted.unasked
    said = _said(customer_id, [purpose]).get(purpose)
    return said.given if said is not None else wanted.unasked


def standing(customer_id: UUID) -> list[Standing]:
    """How it stands with every purpose, in one query."""
    said = _said(customer_id, PURPOSES)
    return [
        Standing(each, said[key].given, said[key].at, said[key].source)
        if key in said
        else Standing(each, each.unasked)
        for key, each in PURPOSES.items()
    ]


@transaction.atomic
def say(
    customer_id: UUID, purpose: str, *, given: bool, source: str, by: UUID | None, at: datetime | None = None
) -> bool:
    """Write down what a customer said. False, and no fact, where it stands so already by their own word."""
    if purpose not in PURPOSES or source not in SOURCES:
        raise ValueError(f"no such purpose or source: {purpose!r}, {source!r}")
    at = at or timezone.now()
    Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    before = _said(customer_id, [purpose]).get(purpose)
    if before is not None and before.given == given:
        return False
    Consent.objects.create(customer_id=customer_id, purpose=purpose, given=given, source=source, by=by, at=at)
    record(
        "customers.consented", by=by, at=at, customer=customer_id, purpose=purpose, given=given, source=source
    )  # fmt: skip
    return True


def _said(customer_id: UUID, purposes: Iterable[str]) -> dict[str, Consent]:
    found = Consent.objects.filter(customer_id=customer_id, purpose__in=list(purposes))
    return {each.purpose: each for each in found.order_by("at", "pk")}
