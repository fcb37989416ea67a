"""Who complains too, and who speaks for the customer, checked field by field."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.ground.customers.intake import Person
from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.actions import Proof
from yinuo.packs.complaints.forms.intake import ContactForm
from yinuo.web.plain_form import PlainForm


class ProofForm(PlainForm):
    """That somebody may speak for the customer: a document that is kept, or one that was shown."""

    evidence = forms.FileField(label=_("The authority, as a file"), required=False)
    shown_on = forms.DateField(
        label=_("Shown at the counter on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_shown_on(self) -> date | None:
        """Nobody has shown anything tomorrow."""
        day: date | None = self.cleaned_data["shown_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def proof(self) -> Proof:
        """What proves it, as far as anything does."""
        said = self.cleaned_data
        return Proof(said.get("evidence"), said.get("shown_on"), said.get("valid_until"))


class BesideForm(ContactForm):
    """Somebody beside the customer: who they are and how to reach them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["email"].help_text = ""

    def person(self, language: str) -> Person:
        """Who it is, as customers are kept."""
        said = self.cleaned_data
        return Person(said["name"], re.sub(r"[ \-]", "", said["phone"] or ""), said["email"] or "", language)


class ComplainantForm(BesideForm):
    """Somebody who complains of the same."""

    represents = forms.BooleanField(
        label=_("Represents the others: gets the letters and passes them on"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "joint_%s"} | kwargs)


class RepresentativeForm(BesideForm, ProofForm):
    """Somebody who speaks for the customer; the proof may come later."""

    relation = forms.ChoiceField(label=_("How they stand to the customer"))
    field_order = ("name", "phone", "email", "relation", "evidence", "shown_on", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "agent_%s"} | kwargs)
        self.fields["relation"].choices = [("", _("Please choose")), *choices("complaint_relation")]  # type: ignore[attr-defined]


class PartyForm(PlainForm):
    """Which of those beside the customer."""

    party = forms.UUIDField(widget=forms.HiddenInput)


class AuthorityForm(PartyForm, ProofForm):
    """The authority of one of them; a document that is there already needs not be brought again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "authority_%s"} | kwargs)
