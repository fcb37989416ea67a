"""The declaration: who sees how Yinuo itself fares, and who decides about what was given up."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yinuo.facts.kinds import Code, FactKind, Id, Integer, declare
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW, ACT = "operations.view", "operations.act"

JOB_CANCELLED, JOB_RESUMED, RUN_RETRIED = (
    "operations.job_cancelled", "operations.job_resumed", "operations.consequence_retried",
)  # fmt: skip


def alarms_standing(request: HttpRequest) -> int | None:
    """How many alarms stand; no figure where none does."""
    from yinuo.packs.operations.queries import standing

    del request
    return standing().count() or None


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb(VIEW, _("See how the system fares"), ("sysadmin", "auditor")))
    declare_verb(
        Verb(ACT, _("Acknowledge alarms, decide about jobs, letters and consequences"), ("sysadmin",))
    )
    declare_nav(
        NavItem(
            "admin", _("Operations"), "operations:state", "tool", VIEW, count=alarms_standing, tab=False, order=10,
            below=("/operations",),
        )
    )  # fmt: skip
    for kind in (JOB_CANCELLED, JOB_RESUMED):
        declare(FactKind(kind, fields={"job": Id, "job_kind": Code}))
    declare(FactKind(RUN_RETRIED, fields={"run": Id, "rule": Code, "seq": Integer}))
