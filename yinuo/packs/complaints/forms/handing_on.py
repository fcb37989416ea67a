"""To which unit a complaint is handed over, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.ground.people.models import Unit
from yinuo.ground.terms.lists import choices
from yinuo.web.plain_form import PlainForm


class OfUnits(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units by name; the one that is complained of is marked."""

    complained_of: UUID | None = None

    def label_from_instance(self, obj: Any) -> str:
        """The name in the reader's language."""
        if obj.pk != self.complained_of:
            return str(obj.name)
        return gettext("%(unit)s (complained of)") % {"unit": obj.name}


class ToUnitForm(PlainForm):
    """To which unit, and why."""

    unit = OfUnits(label=_("Unit"), queryset=Unit.objects.none(), empty_label=_("Choose a unit"))
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words to colleagues"),
        help_text=_("Whoever can take it there is told, with these words."),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], complained_of: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "to_unit_%s"} | kwargs)
        fields: Any = self.fields
        fields["unit"].complained_of = complained_of
        fields["unit"].queryset = units
        fields["reason"].choices = choices("complaint_handing_on")
