"""What this folder itself holds on a person: who they are, and who looked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yinuo.ground.customers.holdings import Holding, declare_holding, declare_untold, table
from yinuo.ground.customers.models import Consent, Customer, Reveal

PERSON = {
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "language": _("Language"),
    "created_at": _("Known since"),
}
IDENTITY = {"kind": _("Kind"), "value": _("Value")}
SEEN = {"at": _("Seen"), "until": _("Until"), "reason": _("Reason"), "said": _("Why")}
CONSENT = {"at": _("Said"), "purpose": _("Purpose"), "given": _("Allowed"), "source": _("How")}


def _person(customer_id: UUID) -> Iterator[Any]:
    yield from table(Customer.objects.select_related("key").filter(pk=customer_id), PERSON)


def _identities(customer_id: UUID) -> Iterator[Any]:
    customer = Customer.objects.select_related("key").get(pk=customer_id)
    for each in customer.identities.order_by("pk"):
        each.customer = customer
        yield {"kind": each.kind, "value": each.value}


def _seen(customer_id: UUID) -> Iterator[Any]:
    yield from table(Reveal.objects.filter(customer_id=customer_id).order_by("at", "pk"), SEEN)


def _consents(customer_id: UUID) -> Iterator[Any]:
    yield from table(Consent.objects.filter(customer_id=customer_id).order_by("at", "pk"), CONSENT)


def declare_own() -> None:
    """Called once when Django starts."""
    declare_holding(
        Holding("person", _("Who you are"), ("customers.Customer",), PERSON, _person),
        Holding("identities", _("How we recognise you"), ("customers.Identity",), IDENTITY, _identities),
        Holding("seen", _("When staff saw your data in full"), ("customers.Reveal",), SEEN, _seen),
        Holding("consents", _("What you allowed and refused"), ("customers.Consent",), CONSENT, _consents),
    )
    declare_untold(
        {
            "customers.NameGram": "digests of parts of the name, which is told itself",
            "customers.ErasureRequest": "their own request, which is answered to them",
            "customers.LegalHold": "a court or an authority may forbid to tell of it",
            "customers.Erasure": "of whoever was erased nothing is left to tell",
            "customers.PersonExport": "the asking itself; nothing of the person but the request",
        }
    )
