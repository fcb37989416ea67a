"""Who manages the programs that may call, and where that page stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW, MANAGE = "programs.view", "programs.manage"


def declare_all() -> None:
    """Called once when Django starts."""
    declare_verb(Verb(VIEW, _("See which programs may call"), ("secadmin", "auditor")))
    declare_verb(Verb(MANAGE, _("Give tokens to programs, and take them away"), ("secadmin",)))
    declare_nav(
        NavItem(
            "admin", _("Programs"), "programs:list", "key", VIEW, tab=False, order=20, below=("/programs",)
        )
    )
