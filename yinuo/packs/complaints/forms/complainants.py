"""Who complains too, and who speaks for the customer, checked field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.ground.customers.intake import Person
from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.actions import Proof, Speaker
from yinuo.packs.complaints.forms.intake import PHONE, ContactForm, digits
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
        return Person(said["name"], digits(said["phone"]), said["email"] or "", language)


class ComplainantForm(BesideForm):
    """Somebody who complains of the same; `part` says which, where several are asked for at once."""

    part = ""
    represents = forms.BooleanField(
        label=_("Represents the others: gets the letters and passes them on"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "joint_%s"} | kwargs)


MOST_JOINT = 4  # beside the customer, when a complaint is registered; more are added on its page


def joint_forms(data: Any = None) -> list[ComplainantForm]:
    """Who complains too, as the registration asks it: each may stay empty."""
    found = []
    for number in range(MOST_JOINT):
        form = ComplainantForm(
            data, prefix=f"joint{number}", empty_permitted=True, use_required_attribute=False
        )
        form.part = gettext("Complains too, %(number)s") % {"number": number + 1}
        found.append(form)
    return found


class RepresentativeForm(BesideForm, ProofForm):
    """Somebody who speaks for the customer; the proof may come later."""

    relation = forms.ChoiceField(label=_("How they stand to the customer"))
    field_order = ("name", "phone", "email", "relation", "evidence", "shown_on", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "agent_%s"} | kwargs)
        self.fields["relation"].choices = [("", _("Please choose")), *choices("complaint_relation")]  # type: ignore[attr-defined]


FOR_ANOTHER = ("customer_name", "customer_phone", "relation")


class BringerForm(ContactForm):
    """Who complains on the portal, for themselves or for somebody else; for themselves the rest is not looked at."""

    another = forms.BooleanField(label=_("I complain for somebody else"), required=False)
    customer_name = forms.CharField(label=_("Name of the customer"), max_length=60, required=False)
    customer_phone = forms.CharField(
        label=_("Their mobile phone, as the bank has it"),
        help_text=_("We only look them up by it. We write to them and call them only as we had it before."),
        max_length=20,
        required=False,
        validators=[PHONE],
    )
    relation = forms.ChoiceField(label=_("How you stand to the customer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [("", _("Please choose")), *choices("complaint_relation")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """For somebody else: who they are and how one stands to them. Both cannot be one person."""
        said = self.cleaned_data
        if not said.get("another"):
            for name in FOR_ANOTHER:
                self.errors.pop(name, None)
                said[name] = ""
            return super().clean()
        said["customer_name"] = " ".join(said.get("customer_name", "").split())
        for name in ("customer_name", "relation"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if said.get("customer_phone") and digits(said["customer_phone"]) == digits(said.get("phone", "")):
            self.add_error(
                "customer_phone", _("This is your own number. Give the customer's, or leave it empty.")
            )
        return super().clean()

    def speaker(self, language: str, files: Sequence[UUID]) -> Speaker:
        """Who brings it, with the files that prove it."""
        said = self.cleaned_data
        person = Person(said["name"], digits(said["phone"]), said["email"] or "", language)
        return Speaker(person, said["relation"], tuple(files))

    def customer(self) -> dict[str, Any]:
        """Whose complaint it is, as `arrival` takes it."""
        said = self.cleaned_data
        if not said["another"]:
            return said
        return {"name": said["customer_name"], "phone": said["customer_phone"], "email": ""}


class PartyForm(PlainForm):
    """Which of those beside the customer."""

    party = forms.UUIDField(widget=forms.HiddenInput)


class AuthorityForm(PartyForm, ProofForm):
    """The authority of one of them; a document that is there already needs not be brought again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "authority_%s"} | kwargs)
