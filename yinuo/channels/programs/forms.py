"""What whoever gives a token fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.measures.measure import all_measures
from yinuo.ground.access.verbs import VERBS
from yinuo.ground.people.models import Unit, User, username_form
from yinuo.web.plain_form import PlainForm

DAYS = ((30, _("30 days")), (90, _("90 days")), (365, _("One year")))


class TokenForm(PlainForm):
    """For which program, whom it acts for and where, and what it may do of what they may."""

    name = forms.CharField(label=_("Name of the program"), min_length=3, max_length=80)
    username = forms.CharField(
        label=_("Acts for"),
        help_text=_("A user name. The token can do what this person may do and is ticked below, never more."),
        max_length=150,
    )
    unit = forms.ModelChoiceField(
        label=_("Where what it brings is handled"),
        queryset=Unit.objects.filter(closed_on=None).order_by("code"),
        empty_label=_("Please choose"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("Give as little as the program needs."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"), choices=DAYS, coerce=int, initial=90, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(key, f"{VERBS[key].name} ({key})") for key in sorted(for_programs())]

    def clean_username(self) -> User:
        """The active account of that name."""
        name = username_form(self.cleaned_data["username"])
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no active account of this name."))
        return found


def for_programs() -> frozenset[str]:
    """What the addresses of the API ask for; a token for anything else would be of no use."""
    asked = {"complaints.register", "audit.view", "measures.view", *(kind.view for kind in case_kinds())}
    return frozenset(asked | {measure.verb for measure in all_measures()}) & VERBS.keys()
