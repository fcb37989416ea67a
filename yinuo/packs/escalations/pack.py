"""The declaration: the one place where people see what they were told, by ladders and in notes."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yinuo.facts.questions import Asked
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW = "escalations.view"
BY_LADDERS = ("handler", "callback_agent", "reviewer", "lead", "quality_head", "branch_head", "president")
CAN_BE_TOLD = (*BY_LADDERS, "officer", "compliance", "auditor")  # these in notes alone


def waiting_count(request: HttpRequest) -> int | None:
    """How many wait for the reader; no figure where none does."""
    from yinuo.packs.escalations.queries import waiting

    return waiting(request.reach) or None  # type: ignore[attr-defined]


def waiting_asked(request: HttpRequest) -> list[Asked]:
    """The questions of that count."""
    from yinuo.packs.escalations.queries import waiting_asked

    return waiting_asked(request.reach)  # type: ignore[attr-defined]


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb(VIEW, _("See what one was told, and acknowledge it"), CAN_BE_TOLD))
    declare_nav(
        NavItem(
            "voice", _("Told to me"), "escalations:list", "bell", VIEW, count=waiting_count, tab=False, order=40,
            below=("/told",), asks=waiting_asked,
        )
    )  # fmt: skip
