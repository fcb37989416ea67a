"""The form of a second pair of eyes: what a colleague asked for is granted, or refused with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinuo.web.plain_form import PlainForm


class DecisionForm(PlainForm):
    """A second person grants or refuses."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant")), ("no", _("Refuse"))],
        coerce=lambda code: code == "yes",
        widget=forms.RadioSelect,
    )
    said = forms.CharField(
        label=_("Why it is refused"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        found = super().clean() or {}
        if found.get("granted") is False and not found.get("said", "").strip():
            self.add_error("said", _("Say why it is refused; whoever asked reads it."))
        return found
