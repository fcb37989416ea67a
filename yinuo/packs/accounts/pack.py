"""The declaration: who looks after other people's accounts, and where that page stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW, MANAGE = "accounts.view", "accounts.manage"


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb(VIEW, _("See who is signed in where"), ("secadmin", "auditor")))
    declare_verb(
        Verb(
            MANAGE, _("End the sessions of others, reset their passwords"), ("secadmin",), over_accounts=True
        )
    )
    declare_nav(
        NavItem(
            "admin", _("Accounts"), "accounts:list", "users", VIEW, tab=False, order=15, below=("/accounts",)
        )
    )
