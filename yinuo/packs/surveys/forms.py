"""What a customer fills in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.packs.surveys.models import Rating
from yinuo.web.plain_form import PlainForm


class RatingForm(PlainForm):
    """One question, then a few words if one likes."""

    rating = forms.TypedChoiceField(
        label=_("All in all, how satisfied are you?"),
        choices=Rating.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What was good, what should be better"),
        help_text=_("Please leave out passwords, codes and full card numbers."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
