"""What ratings hold on a person, told to them on request."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yinuo.ground.customers.holdings import Holding, Row, declare_holding
from yinuo.packs.surveys.models import Invitation

RATING = {
    "number": _("Number"), "sent_at": _("Asked"), "answered_at": _("Answered"), "rating": _("Rating"), "text": _("Words"),
}  # fmt: skip


def _rows(customer_id: UUID) -> Iterator[Row]:
    found = (
        Invitation.objects.filter(customer_id=customer_id).select_related("about", "opinion").order_by("pk")
    )
    for each in found:
        opinion = getattr(each, "opinion", None)
        yield {
            "number": each.about.number, "sent_at": each.sent_at, "answered_at": each.answered_at,
            "rating": each.rating, "text": opinion.text if opinion else "",
        }  # fmt: skip


def declare_holdings() -> None:
    """Called once when Django starts."""
    declare_holding(
        Holding(
            "ratings", _("How satisfied you were"), ("surveys.Invitation", "surveys.Opinion"), RATING, _rows
        )
    )
