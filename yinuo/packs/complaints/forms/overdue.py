"""Why it takes longer than the first limit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.ground.terms.lists import choices
from yinuo.web.plain_form import PlainForm


class OverdueForm(PlainForm):
    """A reason of the list that the promise names."""

    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, reasons: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "overdue_%s"} | kwargs)
        listed = choices(reasons) if reasons else []
        self.fields["reason"].choices = [("", _("Please choose")), *listed]  # type: ignore[attr-defined]
