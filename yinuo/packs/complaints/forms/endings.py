"""What is written down when a complaint ends otherwise than by an answer, or is opened again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.actions import reasons_to_reopen
from yinuo.packs.complaints.forms.intake import MAX_WORDS
from yinuo.web.plain_form import PlainForm


class WithdrawalForm(PlainForm):
    """How the customer said that they take it back."""

    said = forms.CharField(
        label=_("How the customer said so"),
        help_text=_("By phone, in person, in writing; when, and in which words."),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "withdrawal_%s"} | kwargs)


class OwnWithdrawalForm(PlainForm):
    """The customer's own: saying why is left to them, saying that they mean it is not."""

    said = forms.CharField(
        label=_("Why, if you want to tell us"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sure = forms.BooleanField(
        label=_("I withdraw this complaint"),
        error_messages={"required": _("Tick this if you really want to withdraw it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "withdrawal_%s"} | kwargs)


class RefusalForm(PlainForm):
    """Why a complaint is not taken on."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words to the customer"),
        help_text=_("The letter gives the reason, these words and the further routes."),
        min_length=10,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "refusal_%s"} | kwargs)
        self.fields["reason"].choices = choices("complaint_refusal")  # type: ignore[attr-defined]


class ReopeningForm(PlainForm):
    """Why an ended complaint is opened again; which reasons there are depends on how it ended."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    said = forms.CharField(
        label=_("In words to colleagues"),
        help_text=_("The letter to the customer gives the reason; these words stay with us."),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, ending: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reopening_%s"} | kwargs)
        fitting = reasons_to_reopen(ending)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (code, name) for code, name in choices("complaint_reopening") if code in fitting
        ]
