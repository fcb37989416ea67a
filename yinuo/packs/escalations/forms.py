"""What somebody may say when they acknowledge."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.web.plain_form import PlainForm

MAX_WORDS = 500


class AcknowledgeForm(PlainForm):
    """Words for colleagues, if any."""

    said = forms.CharField(
        label=_("What you do about it"),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
