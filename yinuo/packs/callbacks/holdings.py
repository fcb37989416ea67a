"""What call-backs hold on a person, told to them on request."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.holdings import rows_of
from yinuo.ground.customers.holdings import Holding, declare_holding, declare_untold
from yinuo.packs.callbacks.models import CallBack

CALL = {
    "number": _("Number"), "title": _("About"), "grade": _("Level"), "outcome": _("Outcome"), "timely": _("In good time"),
    "third_party": _("By another unit"), "words": _("Words"),
}  # fmt: skip


def declare_holdings() -> None:
    """Called once when Django starts."""
    declare_holding(
        Holding(
            "callbacks", _("Calls back to you"), ("callbacks.CallBack",), CALL,
            lambda who: rows_of(CallBack, CALL, who),
        )
    )  # fmt: skip
    declare_untold({"callbacks.Attempt": "that nobody answered; what was said is told"})
