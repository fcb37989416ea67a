"""The declaration: who may see who a customer is, and who reads who looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.timeline import STAFF, Phrase, declare_phrase
from yinuo.facts.kinds import FactKind, Integer, declare
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.ground.terms.lists import label
from yinuo.web.customer_parts import CustomerPart, declare_customer_part
from yinuo.web.navigation import NavItem, declare_nav

REVEAL, REVEALS, DATA = "customers.reveal", "customers.reveals", "customers.data"
CONSENT, SEARCH = "customers.consent", "customers.search"
SEARCHED = "customers.searched"
REASONS, REFUSALS, HOLDS = "reveal_reason", "data_refusal", "legal_hold"


def _why(data: Mapping[str, Any]) -> dict[str, str]:
    return {"reason": label(REASONS, data["reason"])}


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    from yinuo.packs.persons.forms import consents_part, reveal_part

    declare_verb(
        Verb(REVEAL, _("See who a customer is in full, for a reason"), ("handler", "lead", "compliance"))
    )
    declare_verb(Verb(REVEALS, _("Read who saw customers in full"), ("auditor", "secadmin")))
    declare_verb(Verb(DATA, _("Answer for the data of customers: all of the bank's"), ("compliance",)))
    declare_verb(
        Verb(
            CONSENT,
            _("See and write down what customers allow their data to be used for"),
            ("officer", "handler", "lead", "compliance"),
        )
    )
    declare_verb(
        Verb(SEARCH, _("Search customers by a part of their name"), ("handler", "lead", "compliance"))
    )
    declare(FactKind(SEARCHED, fields={"found": Integer}))
    declare_nav(
        NavItem(
            "voice", _("Customers by name"), "persons:search", "search", SEARCH, tab=False, order=60,
            below=("/persons/search",),
        )
    )  # fmt: skip
    declare_nav(
        NavItem(
            "admin", _("Data of customers"), "persons:exports", "user-circle", DATA, tab=False, order=31,
            below=("/persons/exports",),
        )
    )  # fmt: skip
    declare_nav(
        NavItem(
            "admin", _("Seen in full"), "persons:reveals", "eye", REVEALS, tab=False, order=32,
            below=("/persons/reveals",),
        )
    )  # fmt: skip
    declare_phrase(
        "customers.revealed", Phrase(STAFF, _("%(who)s saw who the customer is in full: %(reason)s"), _why)
    )
    declare_customer_part(CustomerPart("reveal", REVEAL, "persons/_reveal.html", reveal_part))
    declare_customer_part(CustomerPart("consents", CONSENT, "persons/_consents.html", consents_part))
