"""The declaration: what a prevention is, who opens, plans, verifies and ends one, which facts it leaves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.approvals import declare_approval
from yinuo.engines.cases.kinds import CaseKind, declare_case_kind
from yinuo.engines.cases.timeline import STAFF, Phrase, declare_phrase
from yinuo.facts.kinds import Code, Day, Decimal, FactKind, Id, Integer, Optional_, declare
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.ground.terms.lists import label
from yinuo.web.case_links import Opener, declare_opener
from yinuo.web.navigation import NavItem, declare_nav
from yinuo.web.palette import Command, declare_command

BECAUSE = "prevented"  # why a prevention refers to the complaint it was opened from


def _keeps_out(case: Any) -> frozenset[UUID]:
    """Whoever stands aside from the complaint that showed it has nothing to do with it, and is told nothing."""
    from yinuo.packs.preventions import queries

    return queries.aside_from_subject(case)


KIND = CaseKind(
    key="preventions",
    name=_("Prevention"),
    series="YF",
    view="preventions.view",
    url=lambda number: f"/preventions/{number}",
    received="preventions.opened",
    closed="preventions.closed",
    traits=lambda case: {"span": case.prevention.span},
    traits_from=("prevention",),
    heads=("lead", "branch_head", "quality_head", "president"),
    because=BECAUSE,
    keeps_out=_keeps_out,
)
OPEN = "preventions.open"
WORK = "preventions.work"
VERIFY = "preventions.verify"
WEIGH = "preventions.weigh"
EXPORT = "preventions.export"
DECIDE_DAY = "preventions.decide_day"
ANOTHER_DAY = "another_day"  # what takes two people: a later day than the one set
DAY_GIVEN = "preventions.day_given"
SUBJECT = "complaints"  # the kind of case on whose page one can be opened

WORKERS = ("handler", "lead", "quality_head", "compliance", "branch_head")

VERBS = (
    Verb(KIND.view, _("See preventions"), (*WORKERS, "president", "auditor")),
    Verb(OPEN, _("Open a prevention"), ("lead", "quality_head")),
    Verb(WORK, _("Plan and carry out preventions"), WORKERS),
    Verb(VERIFY, _("Verify preventions by their measure"), ("quality_head", "compliance")),
    Verb(EXPORT, _("Export preventions"), ("lead", "quality_head", "compliance", "auditor")),
    Verb(WEIGH, _("Decide on preventions that did not show"), ("quality_head",)),
    Verb(DECIDE_DAY, _("Decide on later days of preventions"), ("lead", "quality_head")),
)

FIGURE = {
    "period": Code,
    "value": Optional_(Decimal),
    "low": Optional_(Decimal),
    "high": Optional_(Decimal),
    "n": Integer,
}
FACTS = (
    FactKind(
        KIND.received,
        case=True,
        fields={
            **FIGURE,
            "about": Optional_(Id),
            "owner": Id,
            "business": Code,
            "cause": Code,
            "measure": Code,
            "slice": Code,
            "better": Code,
            "span": Code,
        },
    ),
    FactKind("preventions.handed_over", case=True, fields={"to": Id, "note": Id}),
    FactKind("preventions.planned", case=True, fields={"number": Integer, "due": Day}),
    FactKind(DAY_GIVEN, case=True, fields={"number": Integer, "due": Day, "note": Id}),
    FactKind("preventions.carried_out", case=True, fields={"number": Integer, "on": Day}),
    FactKind("preventions.verified", case=True, fields={**FIGURE, "number": Integer, "verdict": Code}),
    FactKind("preventions.sent_back", case=True, fields={"number": Integer}),
    FactKind("preventions.ended", case=True, fields={"number": Integer}),
    FactKind("preventions.exported", fields={"format": Code}),
    FactKind(KIND.closed, case=True, fields={"outcome": Code}),
)


def _verdict(data: Any) -> dict[str, Any]:
    from yinuo.packs.preventions.models import Verdict

    return {"period": data["period"], "verdict": Verdict(data["verdict"]).label}


PHRASES = {
    KIND.received: Phrase(
        STAFF,
        _("%(who)s opened a prevention against the cause: %(cause)s"),
        lambda data: {"cause": label("complaint_cause", data["cause"])},
    ),
    "preventions.handed_over": Phrase(STAFF, _("%(who)s handed it over to %(to)s"), note="note"),
    "preventions.planned": Phrase(
        STAFF, _("%(who)s planned what is changed by %(due)s"), lambda data: {"due": data["due"]}
    ),
    DAY_GIVEN: Phrase(
        STAFF, _("%(who)s set another day: %(due)s"), lambda data: {"due": data["due"]}, note="note"
    ),
    "preventions.carried_out": Phrase(
        STAFF, _("%(who)s wrote down: carried out on %(on)s"), lambda data: {"on": data["on"]}
    ),
    "preventions.verified": Phrase(STAFF, _("%(who)s measured again over %(period)s: %(verdict)s"), _verdict),
    "preventions.sent_back": Phrase(STAFF, _("%(who)s decided: it is planned once more")),
    "preventions.ended": Phrase(STAFF, _("%(who)s decided: it ends without being better")),
}


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_case_kind(KIND)
    for verb in VERBS:
        declare_verb(verb)
    for kind in FACTS:
        declare(kind)
    for name, phrase in PHRASES.items():
        declare_phrase(name, phrase)
    declare_approval(ANOTHER_DAY, _("a later day"))
    declare_nav(
        NavItem(
            "quality",
            _("Preventions"),
            "preventions:list",
            "shield-check",
            KIND.view,
            order=20,
            below=("/preventions",),
            tab=False,
        )
    )
    declare_opener(
        Opener(
            SUBJECT,
            _("Prevent it at the root"),
            "shield-check",
            OPEN,
            lambda told: f"/preventions/new?{urlencode(told)}",
        )
    )
    declare_command(Command("preventions.new", _("Open a prevention"), "preventions:new", verb=OPEN))
