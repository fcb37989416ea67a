"""What somebody states before they see who a customer is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise as Lazy
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case
from yinuo.facts.ids import new_id
from yinuo.ground.customers.consents import COUNTER, HOTLINE, LETTER, PORTAL, PURPOSES, Standing, standing
from yinuo.ground.customers.name_grams import LONGEST, SHORTEST
from yinuo.ground.customers.reveals import OTHER
from yinuo.ground.terms.lists import choices
from yinuo.packs.persons.pack import HOLDS, REASONS, REFUSALS
from yinuo.web.formats import moment
from yinuo.web.parts import Pair
from yinuo.web.plain_form import PlainForm


class RevealForm(PlainForm):
    """Why the values are needed. `asked` makes a page that is drawn again the same look."""

    asked = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"))
    said = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=500,
        help_text=_("Needed for another reason."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reveal_%s", "initial": {"asked": new_id()}} | kwargs)
        self.fields["reason"].choices = [("", "—"), *choices(REASONS)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Another reason is said in words."""
        found = super().clean() or {}
        if found.get("reason") == OTHER and not found.get("said", "").strip():
            self.add_error("said", _("Say why you need it."))
        return found

    @property
    def fresh(self) -> UUID:
        """The id of the look that this form asks for: a new one, except where a form comes back to be mended."""
        return new_id() if not self.is_bound else self.data.get("asked", new_id())


SOURCES: dict[str, str | Lazy] = {
    PORTAL: _("tracking page"),
    COUNTER: _("at the counter"),
    HOTLINE: _("on the telephone"),
    LETTER: _("in a letter"),
}


class ConsentForm(PlainForm):
    """What a customer said about one use of their data, and how."""

    purpose = forms.ChoiceField(label=_("Use of their data"))
    given = forms.TypedChoiceField(
        label=_("What they said"),
        choices=[("yes", _("Allowed")), ("no", _("Not allowed"))],
        coerce=lambda code: code == "yes",
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(label=_("How they said it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "consent_%s"} | kwargs)
        purposes = [("", "—"), *((each.key, each.name) for each in PURPOSES.values())]
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        told = [("", "—"), *((key, name) for key, name in SOURCES.items() if key != PORTAL)]
        self.fields["source"].choices = told  # type: ignore[attr-defined]


class HoldForm(PlainForm):
    """Why everything about a customer is kept, and until when."""

    reason = forms.ChoiceField(label=_("Reason"))
    until = forms.DateField(
        label=_("Until, that day included"),
        required=False,
        help_text=_("Nothing: until it is lifted."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "hold_%s"} | kwargs)
        self.fields["reason"].choices = [("", "—"), *choices(HOLDS)]  # type: ignore[attr-defined]


class SearchForm(PlainForm):
    """A part of a name, two letters at least."""

    part = forms.CharField(
        label=_("Letters that stand side by side in it"),
        min_length=SHORTEST,
        max_length=LONGEST,
        help_text=_("Two or more. It is written down that you searched, not for whom."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DecisionForm(PlainForm):
    """A second person grants, or refuses for a reason of the law."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant")), ("no", _("Refuse"))],
        coerce=lambda code: code == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label=_("Reason of law, where it is refused"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "decide_%s"} | kwargs)
        self.fields["reason"].choices = [("", "—"), *choices(REFUSALS)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A refusal names the law's reason."""
        found = super().clean() or {}
        if found.get("granted") is False and not found.get("reason"):
            self.add_error("reason", _("Name the reason of the law; the customer is told."))
        return found


def reveal_part(case: Case) -> dict[str, Any]:
    """The form in the card of the customer; nothing to show of somebody erased."""
    erased = case.customer is None or case.customer.key.destroyed_at is not None
    return {"number": case.number, "form": SimpleLazyObject(RevealForm), "erased": erased}


def consents_part(case: Case) -> dict[str, Any]:
    """How it stands with each purpose, and the form for what the customer says now."""
    said = standing(case.customer_id) if case.customer_id else []
    return {"number": case.number, "lines": consent_lines(said), "form": SimpleLazyObject(ConsentForm)}


def consent_lines(said: list[Standing]) -> list[Pair]:
    """Each purpose with a yes or no, since when, and how it was said."""
    return [Pair(str(each.purpose.name), _allowed(each), _since(each)) for each in said]


def _allowed(each: Standing) -> str:
    return gettext("Allowed") if each.allowed else gettext("Not allowed")


def _since(each: Standing) -> str:
    if each.since is None:
        return gettext("they have said nothing")
    return f"{moment(each.since)} {SOURCES[each.source]}"
