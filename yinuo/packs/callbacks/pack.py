"""The declaration: what a call-back is, who may make it, which facts it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.kinds import CaseKind, declare_case_kind
from yinuo.engines.cases.timeline import STAFF, SYSTEM, Phrase, declare_phrase
from yinuo.facts.kinds import Code, Day, Digest, FactKind, Flag, Id, Integer, Optional_, declare
from yinuo.ground.access.roles import Role, declare_role
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav


def traits(case: Any) -> Mapping[str, str]:
    """What promises may ask of a call-back in their `when`."""
    return {"grade": case.callback.grade}


def keeps_out(case: Any) -> frozenset[UUID]:
    """Whoever handled what a call-back is about, or stands aside from it."""
    from yinuo.packs.callbacks.queries import no_callers

    return no_callers(case)


BECAUSE = "closed"  # why a call-back refers to the case it is about
KIND = CaseKind(
    key="callbacks",
    name=_("Call-back"),
    series="HF",
    view="callbacks.view",
    url=lambda number: f"/callbacks/{number}",
    received="callbacks.opened",
    closed="callbacks.closed",
    traits=traits,
    traits_from=("callback",),
    heads=("lead", "quality_head", "president"),
    keeps_out=keeps_out,
    because=BECAUSE,
)
CALLER = "callback_agent"
CALL = "callbacks.call"

VERBS = (
    Verb(
        KIND.view, _("See call-backs"), (CALLER, "lead", "quality_head", "compliance", "president", "auditor")
    ),
    Verb(CALL, _("Call customers back"), (CALLER,)),
)

FACTS = (
    FactKind(KIND.received, case=True, fields={"about": Id, "grade": Code}),
    FactKind("callbacks.contact_shown", case=True, fields={}),
    FactKind("callbacks.attempted", case=True, fields={"number": Integer, "day": Day, "result": Code}),
    FactKind(
        "callbacks.reached",
        case=True,
        fields={"outcome": Code, "timely": Optional_(Flag), "words": Optional_(Digest), "third_party": Flag},
    ),
    FactKind("callbacks.refused", case=True, fields={"words": Optional_(Digest)}),
    FactKind("callbacks.not_reached", case=True, fields={"attempts": Integer}),
    FactKind(KIND.closed, case=True, fields={"outcome": Code}),
)

PHRASES = {
    KIND.received: Phrase(SYSTEM, _("Opened, because the complaint was closed")),
    "callbacks.contact_shown": Phrase(STAFF, _("%(who)s looked up how to reach the customer")),
    "callbacks.attempted": Phrase(
        STAFF,
        _("%(who)s tried, attempt %(number)s: %(result)s"),
        lambda data: {"number": data["number"], "result": _result(data["result"])},
    ),
    "callbacks.reached": Phrase(
        STAFF, _("%(who)s reached the customer: %(outcome)s"), lambda data: {"outcome": _outcome(data["outcome"])}
    ),
    "callbacks.refused": Phrase(STAFF, _("The customer did not want to be asked; called by %(who)s")),
    "callbacks.not_reached": Phrase(
        STAFF,
        _("%(who)s gave up after %(attempts)s attempts on different days"),
        lambda data: {"attempts": data["attempts"]},
    ),
}  # fmt: skip


def _result(code: str) -> str:
    from yinuo.packs.callbacks.models import Attempt

    return str(Attempt.Result(code).label)


def _outcome(code: str) -> str:
    from yinuo.packs.callbacks.models import Outcome

    return str(Outcome(code).label)


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_role(Role(CALLER, _("call-back agent")))
    declare_case_kind(KIND)
    for verb in VERBS:
        declare_verb(verb)
    for kind in FACTS:
        declare(kind)
    for name, phrase in PHRASES.items():
        declare_phrase(name, phrase)
    declare_nav(
        NavItem(
            "voice", _("Call-backs"), "callbacks:list", "headset", KIND.view, order=55, below=("/callbacks",)
        )
    )
