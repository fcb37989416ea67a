"""A form that speaks to whoever fills it in: Django's own messages speak of values and fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PlainForm(forms.Form):
    """What is missing, too short or too long, in plain words; a field's own message still comes first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            said = field.error_messages
            if said.get("required") is forms.Field.default_error_messages["required"]:
                said["required"] = _("Please fill this in.")
            if isinstance(field, forms.CharField):
                said.setdefault("min_length", _("Please write at least %(limit_value)d characters."))
                said.setdefault(
                    "max_length", _("At most %(limit_value)d characters; there are %(show_value)d now.")
                )
            if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) and not isinstance(
                field, forms.MultipleChoiceField
            ):
                said["required"] = _("Please choose one.")
