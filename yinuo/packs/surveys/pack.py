"""The declaration: who may read ratings, and which facts they leave."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.timeline import CUSTOMER, SYSTEM, Phrase, declare_phrase
from yinuo.facts.kinds import Digest, FactKind, Id, Integer, Optional_, declare
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

VIEW = "surveys.view"
READERS = ("lead", "quality_head", "compliance", "branch_head", "president", "auditor")

FACTS = (
    FactKind("surveys.asked", case=True, unit=True, fields={"invitation": Id, "letter": Optional_(Id)}),
    FactKind(
        "surveys.answered",
        case=True,
        unit=True,
        fields={"invitation": Id, "rating": Integer, "words": Optional_(Digest)},
    ),
    FactKind("surveys.alerted", case=True, unit=True, fields={"invitation": Id, "rating": Integer}),
)

PHRASES = {
    "surveys.asked": Phrase(SYSTEM, _("The customer was asked for a rating")),
    "surveys.answered": Phrase(
        CUSTOMER, _("Rated it %(rating)s of 5"), lambda data: {"rating": data["rating"]}
    ),
}


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb(VIEW, _("See ratings"), READERS))
    for kind in FACTS:
        declare(kind)
    for name, phrase in PHRASES.items():
        declare_phrase(name, phrase)
    declare_nav(
        NavItem(
            "voice", _("Satisfaction"), "surveys:list", "star", VIEW, tab=False, order=60, below=("/surveys",)
        )
    )
