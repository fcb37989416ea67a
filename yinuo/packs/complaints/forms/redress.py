"""What is proposed to make good what went wrong, and a second person's decision on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.forms.intake import MAX_AMOUNT, money_to_minor
from yinuo.web.decision_form import DecisionForm
from yinuo.web.plain_form import PlainForm


class RedressForm(PlainForm):
    """Kind, amount and reason."""

    kind = forms.ChoiceField(label=_("Kind of redress"), widget=forms.RadioSelect)
    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_value=MAX_AMOUNT,
        decimal_places=2,
        error_messages={"invalid": _("Digits only, for example 200 or 200.50")},
    )
    reason = forms.CharField(
        label=_("Why it is due"),
        help_text=_("For colleagues; the customer reads kind and amount in the answer."),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "redress_%s"} | kwargs)
        self.fields["kind"].choices = choices("complaint_redress")  # type: ignore[attr-defined]

    def proposed(self) -> dict[str, Any]:
        """What the verb takes, the amount in minor units."""
        return self.cleaned_data | {"amount": money_to_minor(self.cleaned_data["amount"])}


def redress_decision(data: Any = None) -> DecisionForm:
    """Granted or refused; apart from a decision on an extension, which may stand on the same page."""
    return DecisionForm(data, auto_id="redress_%s")
