"""The declaration: the pages of measures. Who may see a measure is said by the measure's own verb."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

READERS = ("lead", "quality_head", "compliance", "branch_head", "president", "auditor")


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb("measures.view", _("See measures"), READERS))
    declare_nav(NavItem("quality", _("Measures"), "cockpit:measures", "chart-dots", "measures.view"))
