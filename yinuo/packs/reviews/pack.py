"""The declaration: what a review is, who may decide it and who never may, which facts it leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.kinds import CaseKind, declare_case_kind
from yinuo.engines.cases.timeline import CUSTOMER, STAFF, Phrase, declare_phrase
from yinuo.facts.kinds import Code, Digest, FactKind, Flag, Id, Optional_, declare
from yinuo.ground.access.roles import Role, declare_role
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav
from yinuo.web.palette import Command, declare_command


def keeps_out(case: Any) -> frozenset[UUID]:
    """Whoever worked on what a review examines, or stands aside from it."""
    from yinuo.packs.reviews.queries import no_reviewers

    return no_reviewers(case)


BECAUSE = "reviewed"  # why a review refers to the case it examines
KIND = CaseKind(
    key="reviews",
    name=_("Review"),
    series="HC",
    view="reviews.view",
    url=lambda number: f"/reviews/{number}",
    received="reviews.opened",
    closed="reviews.closed",
    heads=("lead", "branch_head", "quality_head", "president"),
    keeps_out=keeps_out,
    because=BECAUSE,
)
REVIEWER = "reviewer"
DECIDE = "reviews.decide"
REGISTER = "reviews.register"

DECIDERS = (REVIEWER, "quality_head")
WATCHERS = ("handler", "lead", *DECIDERS, "compliance", "branch_head", "president", "auditor")

VERBS = (
    Verb(KIND.view, _("See reviews"), WATCHERS),
    Verb(REGISTER, _("Register a request for review"), ("officer", "handler", "lead", *DECIDERS)),
    Verb(DECIDE, _("Decide reviews"), DECIDERS),
)

DECIDED = {"letter": Optional_(Id), "words": Optional_(Digest)}
FACTS = (
    FactKind(
        KIND.received,
        case=True,
        fields={
            "about": Id,
            "decision": Id,
            "by_customer": Flag,
            "letter": Optional_(Id),
            "words": Optional_(Digest),
        },
    ),
    FactKind("reviews.upheld", case=True, fields=DECIDED),
    FactKind("reviews.changed", case=True, fields=DECIDED),
    FactKind(KIND.closed, case=True, fields={"outcome": Code}),
)

PHRASES = {
    KIND.received: Phrase(
        CUSTOMER,
        _("Asked for a review of the answer, %(how)s"),
        lambda data: {"how": _("on the tracking page") if data["by_customer"] else _("written down by us")},
    ),
    "reviews.upheld": Phrase(STAFF, _("%(who)s decided: the answer stands")),
    "reviews.changed": Phrase(STAFF, _("%(who)s decided: a new answer is due")),
}


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_role(Role(REVIEWER, _("reviewer")))
    declare_case_kind(KIND)
    for verb in VERBS:
        declare_verb(verb)
    for kind in FACTS:
        declare(kind)
    for name, phrase in PHRASES.items():
        declare_phrase(name, phrase)
    declare_nav(
        NavItem(
            "voice",
            _("Reviews"),
            "reviews:list",
            "scale",
            KIND.view,
            order=57,
            below=("/reviews",),
            tab=False,
        )
    )
    declare_command(Command("reviews.new", _("Register a request for review"), "reviews:new", verb=REGISTER))
