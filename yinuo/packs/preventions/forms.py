"""What whoever opens, plans, carries out and ends a prevention fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.sight import named
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Unit, User
from yinuo.ground.terms.lists import choices
from yinuo.packs.preventions import figures
from yinuo.packs.preventions.models import Better, Span
from yinuo.web.plain_form import PlainForm

MAX_WORDS = 2000


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _words() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 5})


def colleague(number: str) -> User:
    """Whoever has that staff number; ValidationError where nobody has."""
    found = User.objects.filter(staff_number=number.strip(), is_active=True).first()
    if found is None:
        raise forms.ValidationError(_("Nobody has this staff number."))
    return found


class OpenForm(PlainForm):
    """Against which cause, who owns it, and the measure by which it is verified."""

    business = forms.ChoiceField(label=_("Business"))
    cause = forms.ChoiceField(label=_("Cause"))
    root = forms.CharField(
        label=_("What goes wrong at its root"), min_length=5, max_length=MAX_WORDS, widget=_words()
    )
    number = forms.CharField(
        label=_("Opened from the complaint"),
        help_text=_("Its number, if one complaint showed it; both pages then name each other."),
        max_length=40,
        required=False,
    )
    owner = forms.CharField(
        label=_("Owner"),
        help_text=_("Staff number. Somebody else verifies."),
        max_length=40,
    )
    unit = forms.ModelChoiceField(
        label=_("Measured in"),
        help_text=_("This unit and all below it."),
        queryset=Unit.objects.none(),
        empty_label=_("Please choose"),
    )
    measure = forms.ChoiceField(
        label=_("Verified by"),
        help_text=_("Read for this cause; the last whole period is the baseline and stays as it is now."),
    )
    better = forms.ChoiceField(
        label=_("Which way is better"), choices=Better.choices, initial=Better.LOWER, widget=forms.RadioSelect
    )
    span = forms.ChoiceField(
        label=_("Periods compared"), choices=Span.choices, initial=Span.MONTH, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        blank = ("", _("Please choose"))
        fields: Any = self.fields
        fields["business"].choices = [blank, *choices("complaint_business")]
        fields["cause"].choices = [blank, *choices("complaint_cause")]
        fields["measure"].choices = [blank, *((each.key, each.name) for each in figures.measures())]
        fields["unit"].queryset = units
        fields["unit"].label_from_instance = lambda unit: unit.name

    def clean_number(self) -> Case | None:
        """The case of that number, if one is named; only one that whoever opens it may see."""
        number = "".join(self.cleaned_data["number"].split()).upper()
        found = named(number, self.reach) if number else None
        if number and found is None:
            raise forms.ValidationError(_("There is no case of this number that you may see."))
        return found

    def clean_owner(self) -> User:
        """The colleague of that staff number."""
        return colleague(self.cleaned_data["owner"])


class HandOverForm(PlainForm):
    """Who owns it from now on, and why."""

    owner = forms.CharField(
        label=_("Owner"), help_text=_("The staff number of whoever carries it out."), max_length=40
    )
    words = forms.CharField(
        label=_("In words to colleagues"),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "hand_over_%s"} | kwargs)

    def clean_owner(self) -> User:
        """The colleague of that staff number."""
        return colleague(self.cleaned_data["owner"])


class PlanForm(PlainForm):
    """What is changed, and by when."""

    change = forms.CharField(
        label=_("What will be changed"), min_length=5, max_length=MAX_WORDS, widget=_words()
    )
    due_on = forms.DateField(label=_("By which day"), widget=_day())


class AnotherDayForm(PlainForm):
    """Another day by which it is carried out, and why."""

    due_on = forms.DateField(
        label=_("By which day"),
        help_text=_("An earlier day holds at once; on a later one somebody else decides."),
        widget=_day(),
    )
    words = forms.CharField(
        label=_("Why it is another day"),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "another_day_%s"} | kwargs)


class CarryOutForm(PlainForm):
    """Since when it is changed."""

    done_on = forms.DateField(
        label=_("Carried out on"),
        help_text=_("The first whole period after this day is measured."),
        widget=_day(),
    )


class EndForm(PlainForm):
    """Why it ends although the figure is not better."""

    words = forms.CharField(
        label=_("Why it ends as it is"), min_length=5, max_length=MAX_WORDS, widget=_words()
    )
