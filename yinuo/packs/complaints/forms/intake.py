"""What whoever complains fills in, or staff for them, checked field by field."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.ground.outbox.write import can_be_written_to
from yinuo.ground.people.models import Unit, User
from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.actions import Arrival
from yinuo.packs.complaints.forms.recusals import staff_named
from yinuo.web.plain_form import PlainForm

PORTAL_SOURCE = "portal"
PHONE = RegexValidator(r"^\+?[0-9][0-9 \-]{5,18}[0-9]$", _("Digits only, for example 13800001234"))
MAX_WORDS = 2000
MAX_AMOUNT = Decimal(10) ** 12


def money_to_minor(amount: Decimal | None) -> int | None:
    """Yuan with at most two decimals as fen."""
    return None if amount is None else int((amount * 100).to_integral_exact())


def digits(phone: str) -> str:
    """A phone number as it is kept, however it was written."""
    return re.sub(r"[ \-]", "", phone or "")


class ContactForm(PlainForm):
    """Who complains and how to reach them; at least one way."""

    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = forms.CharField(label=_("Mobile phone"), max_length=20, required=False, validators=[PHONE])
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=120,
        required=False,
        help_text=_("Letters go here; the tracking code too."),
    )

    def clean(self) -> dict[str, Any]:
        """One way to reach the customer is needed."""
        cleaned = super().clean() or {}
        if not cleaned.get("phone") and not cleaned.get("email") and not self.errors:
            self.add_error("phone", _("Give a phone number or an e-mail address, so that we can answer you."))
        return cleaned

    def clean_email(self) -> str:
        """The acknowledgement goes there at once: an address no letter can leave for is told here."""
        address: str = self.cleaned_data["email"]
        if address and not can_be_written_to(address):
            raise forms.ValidationError(_("No letter can be sent to this address. Please give another one."))
        return address

    def clean_name(self) -> str:
        """Spaces do not make a name."""
        return " ".join(self.cleaned_data["name"].split())


class WordsForm(PlainForm):
    """What happened, when, where, how much, and what should be done."""

    words = forms.CharField(
        label=_("What happened"),
        help_text=_(
            "Where, what you did, what went wrong. Please leave out passwords, codes and full card numbers."
        ),
        max_length=MAX_WORDS,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    happened_on = forms.DateField(
        label=_("When"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    unit = forms.ModelChoiceField(
        label=_("Which branch"), queryset=Unit.objects.none(), required=False, empty_label=_("I do not know")
    )
    amount = forms.DecimalField(
        label=_("Amount concerned"),
        help_text=_("In yuan; leave it empty if there is none."),
        required=False,
        min_value=Decimal("0.01"),
        max_value=MAX_AMOUNT,
        decimal_places=2,
        error_messages={"invalid": _("Digits only, for example 200 or 200.50")},
    )
    requests = forms.MultipleChoiceField(
        label=_("What you would like us to do"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"].choices = choices("complaint_request")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = branches()  # type: ignore[attr-defined]

    def clean_happened_on(self) -> date | None:
        """Nobody complains of tomorrow."""
        day: date | None = self.cleaned_data["happened_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_words(self) -> str:
        """Line ends as people meant them."""
        return re.sub(r"\r\n?", "\n", self.cleaned_data["words"]).strip()


def branches() -> Any:
    """Units a customer can name."""
    return Unit.objects.filter(kind="branch", closed_on=None).order_by("code")


def arrival(
    contact: dict[str, Any], said: dict[str, Any], *, language: str, source: str, files: int = 0
) -> Arrival:
    """From two checked forms to what intake takes."""
    unit: Unit | None = said.get("unit")
    return Arrival(
        words=said["words"],
        name=contact["name"],
        phone=digits(contact.get("phone") or ""),
        email=contact.get("email") or "",
        language=language,
        source=source,
        requests=tuple(said.get("requests") or ()),
        amount=money_to_minor(said.get("amount")),
        happened_on=said.get("happened_on"),
        complained_unit=unit.pk if unit else None,
        complained_people=tuple(person.pk for person in said.get("staff") or ()),
        files=files,
    )


class RegisterForm(ContactForm, WordsForm):
    """A complaint that reached a member of staff by hotline, letter or at the counter."""

    source = forms.ChoiceField(label=_("How it reached us"))
    staff = forms.CharField(
        label=_("Colleagues complained of, by staff number"),
        help_text=_("Several with commas between them. They will neither see nor handle it."),
        max_length=400,
        required=False,
    )
    field_order = (
        "source", "name", "phone", "email", "words", "happened_on", "unit", "staff", "amount", "requests",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("Please choose")), *choices("complaint_source")]  # type: ignore[attr-defined]
        self.fields["name"].label = _("Customer's name")
        self.fields["words"].label = _("In the customer's own words")
        self.fields["words"].help_text = _("As it was said or written; it cannot be edited afterwards.")
        self.fields["requests"].label = _("What the customer wants")

    def clean_staff(self) -> list[User]:
        """The colleagues meant."""
        return staff_named(self.cleaned_data["staff"])


class SupplementForm(PlainForm):
    """What a customer adds on the tracking page."""

    words = forms.CharField(
        label=_("Message to the person in charge"),
        max_length=MAX_WORDS,
        min_length=2,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
