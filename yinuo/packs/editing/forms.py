"""Drafting the next edition: its text or file, why, from when, for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.editions.kinds import kind_named
from yinuo.engines.editions.models import Edition
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import tree
from yinuo.web.plain_form import PlainForm

MOST_CONTENT = 500_000


class EditionForm(PlainForm):
    """A new edition as text; its kind's own reader says what is wrong. A file, where there is one, is the text."""

    note = forms.CharField(label=gettext_lazy("Why"), max_length=500)
    starts_on = forms.DateField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy(
            "The day it takes effect, from midnight. Empty: as soon as somebody approves it."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("For"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("the whole bank"),
        help_text=gettext_lazy("For one unit and all below it: cases that they own from then on."),
    )
    file = forms.FileField(
        label=gettext_lazy("BPMN file"),
        required=False,
        help_text=gettext_lazy("BPMN 2.0 as XML. A file takes the place of the text below."),
        widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}),
    )
    content = forms.CharField(
        label=gettext_lazy("Content"),
        max_length=MOST_CONTENT,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = kind_named(edition.kind)
        there = tree(timezone.localdate()).units
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=list(there)).order_by("code")  # type: ignore[attr-defined]
        for name, wanted in (
            ("unit", kind.scoped),
            ("starts_on", kind.publish is None),
            ("file", kind.suffix == ".bpmn"),
        ):
            if not wanted:
                del self.fields[name]
        self.fields["content"].required = "file" not in self.fields

    def clean(self) -> dict[str, Any]:
        """The text, out of the file where there is one."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        file = said.get("file")
        if file is not None:
            said["content"] = self._read(file)
        elif not said.get("content") and "content" not in self.errors:
            self.add_error("content", _("Please fill this in."))
        return said

    def _read(self, file: Any) -> str:
        if file.size > MOST_CONTENT:
            self.add_error("file", _("The file is too large for a drawing."))
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not text in UTF-8."))
            return ""
