"""The declaration: who reads the facts, and that taking them along is a fact."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.facts.kinds import Code, FactKind, declare
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW = "audit.view"
EXPORTED = "audit.exported"


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb(VIEW, _("Read the facts of one's units, and take them along"), ("auditor", "secadmin")))
    declare_nav(NavItem("admin", _("Audit"), "audit:list", "list-search", VIEW, tab=False, order=30))
    declare(FactKind(EXPORTED, fields={"format": Code}))
