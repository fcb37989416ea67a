"""What whoever handles a complaint fills in, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.ground.people.models import Unit, User
from yinuo.ground.terms.lists import choices
from yinuo.packs.complaints.actions import Graded, Work
from yinuo.packs.complaints.forms.intake import MAX_WORDS
from yinuo.packs.complaints.models import Complaint, Matter
from yinuo.web.plain_form import PlainForm


class LevelForm(PlainForm):
    """How grave a complaint is."""

    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = choices("complaint_level")  # type: ignore[attr-defined]


class MatterForm(PlainForm):
    """Codes of one matter; the title may be left empty to drop a matter beyond the first."""

    part: str  # which matter it is, for the summary of what must be mended

    title = forms.CharField(label=_("Matter"), max_length=120)
    business = forms.ChoiceField(label=_("Business"))
    cause = forms.ChoiceField(label=_("Cause"))
    unit = forms.ModelChoiceField(
        label=_("Responsible unit"), queryset=Unit.objects.none(), required=False, empty_label="--"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["business"].choices = [("", _("Please choose")), *choices("complaint_business")]  # type: ignore[attr-defined]
        self.fields["cause"].choices = [("", _("Please choose")), *choices("complaint_cause")]  # type: ignore[attr-defined]
        units = Unit.objects.filter(closed_on=None).exclude(kind="public").order_by("code")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def graded(self) -> Graded:
        """The checked matter."""
        unit: Unit | None = self.cleaned_data["unit"]
        unit_id: UUID | None = unit.pk if unit else None
        return Graded(
            self.cleaned_data["title"], self.cleaned_data["business"], self.cleaned_data["cause"], unit_id
        )


def matter_forms(
    complaint: Complaint, data: Any = None, *, drafted: Mapping[str, Any] | None = None
) -> list[MatterForm]:
    """One form per matter and an empty one to add another; a saved draft fills what is not sent yet."""
    matters = list(complaint.matters.all())
    forms_: list[MatterForm] = []
    for index in range(max(2, len(matters) + 1)):
        initial = _initial(matters[index] if index < len(matters) else None) | _drafted(drafted or {}, index)
        form = MatterForm(
            data, prefix=f"m{index}", initial=initial, use_required_attribute=False, empty_permitted=index > 0
        )
        form.part = gettext("Matter %(n)s") % {"n": index + 1}
        forms_.append(form)
    return forms_


def _drafted(draft: Mapping[str, Any], index: int) -> dict[str, Any]:
    names = ("title", "business", "cause", "unit")
    return {name: draft[f"m{index}-{name}"] for name in names if draft.get(f"m{index}-{name}")}


def _initial(matter: Matter | None) -> dict[str, Any]:
    if matter is None:
        return {}
    return {
        "title": matter.title,
        "business": matter.business,
        "cause": matter.cause,
        "unit": matter.responsible_unit_id,
    }


class ConclusionForm(PlainForm):
    """What was found about one matter."""

    conclusion = forms.ChoiceField(
        label=_("Conclusion"), choices=Matter.Conclusion.choices, widget=forms.RadioSelect
    )
    finding = forms.CharField(
        label=_("What was found"),
        max_length=MAX_WORDS,
        min_length=2,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InvestigationForm(PlainForm):
    """Facts are established, or a question goes to the customer."""

    question = forms.CharField(
        label=_("Question to the customer"),
        help_text=_(
            "Only what the bank does not hold already. The internal limit pauses, the legal one does not."
        ),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(PlainForm):
    """The body of the answer letter; salutation and further routes are added by the letter itself."""

    words = forms.CharField(
        label=_("Answer"), max_length=MAX_WORDS, min_length=10, widget=forms.Textarea(attrs={"rows": 8})
    )


class ExtensionForm(PlainForm):
    """Why more time is needed."""

    reason = forms.CharField(
        label=_("Why more time is needed"),
        help_text=_("The customer reads this in the letter about the extension."),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteForm(PlainForm):
    """A note for colleagues."""

    text = forms.CharField(
        label=_("Note"),
        help_text=_("@ and a colleague's name or staff number tells them of it."),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithWork(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Colleagues, each with what they have to do now."""

    work: Mapping[UUID, Work] = {}

    def label_from_instance(self, obj: Any) -> str:
        """Name, open cases, load."""
        has = self.work.get(obj.pk, Work())
        told = gettext("%(name)s · %(n)s open, load %(load)s")
        return told % {"name": obj.name, "n": has.cases, "load": has.load}


class HandOverForm(PlainForm):
    """To whom."""

    to = WithWork(label=_("Colleague"), queryset=User.objects.none(), empty_label=_("Choose a colleague"))

    def __init__(self, *args: Any, colleagues: Any, work: Mapping[UUID, Work], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].work = work  # type: ignore[attr-defined]
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
