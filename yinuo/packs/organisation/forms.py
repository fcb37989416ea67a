"""What is asked before a posting is given, ended or decided about."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.ground.access.appointments import Appointment
from yinuo.ground.access.roles import ROLES
from yinuo.ground.people.models import StaffProposal, Unit, User, username_form
from yinuo.ground.terms.lists import choices
from yinuo.packs.organisation.words import KINDS, kind_name
from yinuo.web.plain_form import PlainForm

# The field at which a refusal of the gate is shown.
AT_FIELD = {
    "dates": "valid_to", "past": "valid_from", "closed_account": "valid_from", "closed_unit": "valid_from",
    "own_deputy": "deputy_for", "deputy_without_end": "valid_to", "nothing_to_deputise": "deputy_for",
    "again": "role", "separate_offices": "role", "last_of_office": "on", "ended": "on",
}  # fmt: skip


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, chosen from the browser's calendar."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable while it runs
    """A unit by its code, shown with its name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


class AppointForm(PlainForm):
    """Which role, where, from when to when, and for whom if as a deputy."""

    role = forms.ChoiceField(label=_("Role"))
    unit = UnitField(
        label=_("Unit"), queryset=Unit.objects.none(), to_field_name="code", empty_label=_("Please choose")
    )
    valid_from = day_field(_("First day"))
    valid_to = day_field(_("First day without"), required=False, help_text=_("A deputy needs one."))
    deputy_for = forms.CharField(
        label=_("Deputy for"),
        required=False,
        max_length=64,
        help_text=_("A user name; empty for a posting of one's own."),
    )

    def __init__(self, *args: Any, user: User, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")), *((role.key, role.name) for role in ROLES.values()),
        ]  # fmt: skip
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate()

    def clean_deputy_for(self) -> User | None:
        """Somebody whose account is in use."""
        name = username_form(self.cleaned_data["deputy_for"])
        found = User.objects.filter(username=name, is_active=True).first() if name else None
        if name and found is None:
            raise forms.ValidationError(_("Nobody in use has this user name."))
        return found

    @property
    def wanted(self) -> Appointment:
        """What a valid form asks for."""
        return Appointment(self._user, **self.cleaned_data)


class EndForm(PlainForm):
    """From which day on a posting is over."""

    on = day_field(_("First day without"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()

    @property
    def day(self) -> date:
        """What a valid form asks for."""
        day: date = self.cleaned_data["on"]
        return day


class RefusalForm(PlainForm):
    """Why something is refused."""

    reason = forms.ChoiceField(label=_("Why it is refused"), choices=StaffProposal.Reason.choices)


class PersonForm(PlainForm):
    """Who is new."""

    name = forms.CharField(label=_("Name"), max_length=100)
    staff_number = forms.CharField(label=_("Staff number"), max_length=40)
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Small letters and digits; never given to somebody else later."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[
            ("zh-hans", _("Simplified Chinese")),
            ("zh-hant", _("Traditional Chinese")),
            ("en", _("English")),
        ],
    )


class NamesForm(PlainForm):
    """What a unit is called."""

    name_zh_hans = forms.CharField(label=_("Name in Simplified Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    name_zh_hant = forms.CharField(label=_("Name in Traditional Chinese"), max_length=200, required=False)


class NewUnitForm(NamesForm):
    """A unit that opens."""

    code = forms.CharField(label=_("Code"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"))
    layer = forms.ChoiceField(label=_("Layer"), required=False)
    parent = UnitField(
        label=_("Below"), queryset=Unit.objects.none(), to_field_name="code", empty_label=_("Please choose")
    )
    opened_on = day_field(_("Opens on"))

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(Unit.objects.values_list("kind", flat=True)) | set(KINDS)
        kinds = sorted(((kind, kind_name(kind)) for kind in known - {"public"}), key=lambda each: each[1])
        self.fields["kind"].choices = [("", _("Please choose")), *kinds]  # type: ignore[attr-defined]
        self.fields["layer"].choices = [("", _("none")), *choices("layer")]  # type: ignore[attr-defined]
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]
        self.fields["opened_on"].initial = timezone.localdate()


class MoveForm(PlainForm):
    """Below which unit another stands from a day on."""

    parent = UnitField(
        label=_("Below"), queryset=Unit.objects.none(), to_field_name="code", empty_label=_("Please choose")
    )
    on = day_field(_("From the day"))

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]
        self.fields["on"].initial = timezone.localdate()


class CloseUnitForm(PlainForm):
    """From which day on a unit is closed, and which unit follows it."""

    on = day_field(_("First day closed"))
    into = UnitField(
        label=_("Merged into"), queryset=Unit.objects.none(), to_field_name="code", required=False,
        empty_label=_("no other unit"), help_text=_("The successor sees what belonged to the unit, open cases too."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = units  # type: ignore[attr-defined]
        self.fields["on"].initial = timezone.localdate()
