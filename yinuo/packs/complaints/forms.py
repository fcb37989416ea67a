"""What people fill in, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.ground.people.models import Unit, User
from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.actions import Arrival, Graded
from yinuo.packs.complaints.models import Complaint, Matter

PORTAL_SOURCE = "portal"
PHONE = RegexValidator(r"^\+?[0-9][0-9 \-]{5,18}[0-9]$", _("Digits only, for example 13800001234"))
MAX_WORDS = 2000
MAX_AMOUNT = Decimal(10) ** 12


def money_to_minor(amount: Decimal | None) -> int | None:
    """Yuan with at most two decimals as fen."""
    return None if amount is None else int((amount * 100).to_integral_exact())


class ContactForm(forms.Form):
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

    def clean_name(self) -> str:
        """Spaces do not make a name."""
        return " ".join(self.cleaned_data["name"].split())


class WordsForm(forms.Form):
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
        phone=re.sub(r"[ \-]", "", contact.get("phone") or ""),
        email=contact.get("email") or "",
        language=language,
        source=source,
        requests=tuple(said.get("requests") or ()),
        amount=money_to_minor(said.get("amount")),
        happened_on=said.get("happened_on"),
        complained_unit=unit.pk if unit else None,
        files=files,
    )


class RegisterForm(ContactForm, WordsForm):
    """A complaint that reached a member of staff by hotline, letter or at the counter."""

    source = forms.ChoiceField(label=_("How it reached us"))
    field_order = ("source", "name", "phone", "email", "words", "happened_on", "unit", "amount", "requests")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("Please choose")), *choices("complaint_source")]  # type: ignore[attr-defined]
        self.fields["name"].label = _("Customer's name")
        self.fields["words"].label = _("In the customer's own words")
        self.fields["words"].help_text = _("As it was said or written; it cannot be edited afterwards.")
        self.fields["requests"].label = _("What the customer wants")


class LevelForm(forms.Form):
    """How grave a complaint is."""

    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = choices("complaint_level")  # type: ignore[attr-defined]


class MatterForm(forms.Form):
    """Codes of one matter; the title may be left empty to drop a matter beyond the first."""

    title = forms.CharField(label=_("Matter"), max_length=120)
    business = forms.ChoiceField(label=_("Business"))
    cause = forms.ChoiceField(label=_("Cause"))
    unit = forms.ModelChoiceField(
        label=_("Responsible unit"), queryset=Unit.objects.none(), required=False, empty_label="--"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["business"].choices = [("", _("Please choose")), *choices("complaint_business")]  # type: ignore[attr-defined]
        self.fields["cause"].choices = [("", _("Please choose")), *choices("complaint_cause")]  # type: ignore[attr-defined]
        units = Unit.objects.filter(closed_on=None).exclude(kind="public").order_by("code")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def graded(self) -> Graded:
        """The checked matter."""
        unit: Unit | None = self.cleaned_data["unit"]
        unit_id: UUID | None = unit.pk if unit else None
        return Graded(
            self.cleaned_data["title"], self.cleaned_data["business"], self.cleaned_data["cause"], unit_id
        )


def matter_forms(
    complaint: Complaint, data: Any = None, *, drafted: Mapping[str, Any] | None = None
) -> list[MatterForm]:
    """One form per matter and an empty one to add another; a saved draft fills what is not sent yet."""
    matters = list(complaint.matters.all())
    forms_: list[MatterForm] = []
    for index in range(max(2, len(matters) + 1)):
        initial = _initial(matters[index] if index < len(matters) else None) | _drafted(drafted or {}, index)
        form = MatterForm(
            data, prefix=f"m{index}", initial=initial, use_required_attribute=False, empty_permitted=index > 0
        )
        forms_.append(form)
    return forms_


def _drafted(draft: Mapping[str, Any], index: int) -> dict[str, Any]:
    names = ("title", "business", "cause", "unit")
    return {name: draft[f"m{index}-{name}"] for name in names if draft.get(f"m{index}-{name}")}


def _initial(matter: Matter | None) -> dict[str, Any]:
    if matter is None:
        return {}
    return {
        "title": matter.title,
        "business": matter.business,
        "cause": matter.cause,
        "unit": matter.responsible_unit_id,
    }


class ConclusionForm(forms.Form):
    """What was found about one matter."""

    conclusion = forms.ChoiceField(
        label=_("Conclusion"), choices=Matter.Conclusion.choices, widget=forms.RadioSelect
    )
    finding = forms.CharField(
        label=_("What was found"),
        max_length=MAX_WORDS,
        min_length=2,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InvestigationForm(forms.Form):
    """Facts are established, or a question goes to the customer."""

    question = forms.CharField(
        label=_("Question to the customer"),
        help_text=_(
            "Only what the bank does not hold already. The internal limit pauses, the legal one does not."
        ),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    """The body of the answer letter; salutation and further routes are added by the letter itself."""

    words = forms.CharField(
        label=_("Answer"), max_length=MAX_WORDS, min_length=10, widget=forms.Textarea(attrs={"rows": 8})
    )


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(label=_("Note"), max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(forms.Form):
    """To whom."""

    to = forms.ModelChoiceField(
        label=_("Colleague"), queryset=User.objects.none(), empty_label=_("Choose a colleague")
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]


class SupplementForm(forms.Form):
    """What a customer adds on the tracking page."""

    words = forms.CharField(
        label=_("Message to the person in charge"),
        max_length=MAX_WORDS,
        min_length=2,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
