"""The declaration: who keeps units, people and postings, who reads them, and where that page stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.facts.kinds import Code, FactKind, declare
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW, MANAGE = "organisation.view", "organisation.manage"
EXPORTED = "organisation.exported"


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb(VIEW, _("See units, people and postings"), ("sysadmin", "secadmin", "auditor")))
    declare_verb(Verb(MANAGE, _("Keep units, people and postings"), ("sysadmin",), over_accounts=True))
    declare_nav(
        NavItem(
            "admin", _("Organisation"), "organisation:units", "building-bank", VIEW, tab=False, order=12,
            below=("/organisation",),
        )
    )  # fmt: skip
    declare(FactKind(EXPORTED, fields={"format": Code}))
