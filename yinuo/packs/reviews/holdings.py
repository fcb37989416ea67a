"""What reviews hold on a person, told to them on request."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.holdings import rows_of
from yinuo.ground.customers.holdings import Holding, declare_holding
from yinuo.packs.reviews.models import Review

REVIEW = {
    "number": _("Number"), "words": _("Words"), "decided_at": _("Answer given"), "outcome": _("Outcome"),
    "reasons": _("Reasons"),
}  # fmt: skip


def declare_holdings() -> None:
    """Called once when Django starts."""
    declare_holding(
        Holding(
            "reviews", _("Reviews you asked for"), ("reviews.Review",), REVIEW,
            lambda who: rows_of(Review, REVIEW, who),
        )
    )  # fmt: skip
