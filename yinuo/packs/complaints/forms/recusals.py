"""Who is complained of, and who is not impartial: colleagues chosen from a list or by staff number."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.recusal import COMPLAINED_OF
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import choices
from yinuo.web.plain_form import PlainForm

MOST_NAMED = 20


def staff_named(text: str) -> list[User]:
    """The colleagues of staff numbers, in any punctuation between them; ValidationError names unknown ones."""
    wanted = list(dict.fromkeys(re.findall(r"[^\s,;、]+", unicodedata.normalize("NFKC", text))))
    if len(wanted) > MOST_NAMED:
        raise forms.ValidationError(gettext("At most %(most)d colleagues.") % {"most": MOST_NAMED})
    found = {user.staff_number: user for user in User.objects.filter(staff_number__in=wanted)}
    if unknown := [number for number in wanted if number not in found]:
        raise forms.ValidationError(
            gettext("Nobody has the staff number %(numbers)s.") % {"numbers": ", ".join(unknown)}
        )
    return [found[number] for number in wanted]


class ComplainedOfForm(PlainForm):
    """Which colleagues a complaint is about."""

    chosen = forms.ModelMultipleChoiceField(
        label=_("Colleagues complained of"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    numbers = forms.CharField(
        label=_("Others, by staff number"),
        max_length=400,
        required=False,
        help_text=_("Several with commas between them."),
    )
    said = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, concerned: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "named_%s"} | kwargs)
        self.fields["chosen"].queryset = concerned  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[User]:
        """The colleagues meant."""
        return staff_named(self.cleaned_data["numbers"])

    def clean(self) -> dict[str, Any]:
        """At least one."""
        found = super().clean() or {}
        if not self.errors and not found.get("chosen") and not found.get("numbers"):
            self.add_error("chosen", _("Choose at least one colleague, or give a staff number."))
        return found

    def people(self) -> list[User]:
        """Everybody named, each once."""
        return list(dict.fromkeys([*self.cleaned_data["chosen"], *self.cleaned_data["numbers"]]))


class ConflictForm(PlainForm):
    """Why somebody is not impartial."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    said = forms.CharField(
        label=_("In your words"),
        help_text=_("You will not see the complaint any more."),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "conflict_%s"} | kwargs)
        grounds = [each for each in choices("complaint_recusal") if each[0] != COMPLAINED_OF]
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]
