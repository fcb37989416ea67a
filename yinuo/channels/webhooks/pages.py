"""Where the page of webhooks stands; who manages programs manages them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.channels.programs.pages import VIEW
from yinuo.web.navigation import NavItem, declare_nav


def declare_all() -> None:
    """Called once when Django starts."""
    declare_nav(
        NavItem(
            "admin", _("Webhooks"), "webhooks:list", "send", VIEW, tab=False, order=21, below=("/webhooks",)
        )
    )
