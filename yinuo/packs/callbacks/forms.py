"""What a caller fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.packs.callbacks.models import REACHED, Attempt, Outcome
from yinuo.web.plain_form import PlainForm

MAX_WORDS = 2000


class AttemptForm(PlainForm):
    """Why the customer was not reached today."""

    result = forms.ChoiceField(
        label=_("Why the customer was not reached"), choices=Attempt.Result.choices, widget=forms.RadioSelect
    )


class OutcomeForm(PlainForm):
    """What the customer said."""

    outcome = forms.ChoiceField(
        label=_("Is the customer satisfied with the result?"),
        choices=[(one.value, one.label) for one in (*REACHED, Outcome.REFUSED)],
        widget=forms.RadioSelect,
    )
    timely = forms.TypedChoiceField(
        label=_("Was it dealt with in good time?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda code: code == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("In the customer's own words"),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever is not satisfied, or has another opinion, said why."""
        found = super().clean() or {}
        speaks = found.get("outcome") in (Outcome.NOT_SATISFIED, Outcome.OTHER)
        if speaks and not (found.get("words") or "").strip():
            self.add_error("words", _("Write down what the customer said."))
        return found
