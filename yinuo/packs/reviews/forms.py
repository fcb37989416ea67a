"""What a reviewer, a customer and whoever writes it down for one fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.packs.reviews.models import Outcome
from yinuo.web.plain_form import PlainForm

MAX_WORDS = 2000


class DecisionForm(PlainForm):
    """How the review ends, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision of the review"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    reasons = forms.CharField(
        label=_("Reasons, to the customer"),
        help_text=_("The letter gives them together with the further routes."),
        min_length=10,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class RequestForm(PlainForm):
    """What the customer does not agree with, in their own words."""

    words = forms.CharField(
        label=_("What you do not agree with"),
        min_length=5,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "review_%s"} | kwargs)


class RegisterForm(PlainForm):
    """A request that came by phone, letter or at the counter."""

    number = forms.CharField(label=_("Number of the complaint"), max_length=40)
    words = forms.CharField(
        label=_("What the customer does not agree with"),
        help_text=_("In the customer's own words, as far as you have them."),
        min_length=5,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
