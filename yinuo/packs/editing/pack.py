"""The declaration: the pages of editions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.packs.editing.reading import declare_pages
from yinuo.web.navigation import NavItem, declare_nav

READERS = ("handler", "lead", "quality_head", "compliance", "auditor", "sysadmin")


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb("editions.view", _("See what the bank decided"), READERS))
    declare_verb(Verb("editions.draft", _("Draft editions"), ("quality_head", "compliance")))
    declare_verb(Verb("editions.approve", _("Approve editions"), ("quality_head", "compliance")))
    declare_nav(
        NavItem("quality", _("Rules and editions"), "editing:list", "versions", "editions.view", tab=False)
    )
    declare_pages()
