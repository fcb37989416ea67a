"""Which other complaint, why it belongs to this one, and which matters go into one of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case
from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.models import Matter
from yinuo.web.plain_form import PlainForm

Find = Callable[[str], Case | None]


class OtherForm(PlainForm):
    """The number of another complaint that the writer may see."""

    number = forms.CharField(label=_("Number of the other complaint"), max_length=40)

    def __init__(self, *args: Any, find: Find, name: str = "other", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{name}_%s"} | kwargs)
        self.find = find

    def clean_number(self) -> Case:
        """The complaint meant."""
        number = unicodedata.normalize("NFKC", self.cleaned_data["number"]).strip().upper()
        if found := self.find(number):
            return found
        raise forms.ValidationError(now_in("You see no complaint of this number."))


class LinkForm(OtherForm):
    """Another complaint and why it belongs to this one."""

    why = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"name": "link"} | kwargs)
        self.fields["why"].choices = choices("complaint_link")  # type: ignore[attr-defined]


class SplitForm(PlainForm):
    """Which matters are split off."""

    positions = forms.MultipleChoiceField(
        label=_("Matters for a complaint of their own"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, matters: Iterable[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "split_%s"} | kwargs)
        free = [matter for matter in list(matters)[1:] if not matter.conclusion]
        self.fields["positions"].choices = [(str(each.position), each.title) for each in free]  # type: ignore[attr-defined]

    def clean_positions(self) -> list[int]:
        """As the matters count themselves."""
        return [int(position) for position in self.cleaned_data["positions"]]
