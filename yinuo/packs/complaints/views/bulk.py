"""Acts on many complaints of the list at once: which it offers, what each asks for, how it says what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User
from yinuo.packs.complaints import actions, bulk, forms, queries
from yinuo.packs.complaints.pack import KIND
from yinuo.web.bulk import Offer
from yinuo.web.parts import Pair

Given = Mapping[str, Any]


def _hand_over_form(cases: Sequence[Case], data: Any, initial: Given) -> forms.HandOverForm:
    """Whoever handles complaints of one of their units, each with what they have to do now."""
    found = queries.handling({case.handling_unit_id for case in cases})
    work = actions.work_of([person.pk for person in found], timezone.now())
    return forms.HandOverForm(data, colleagues=found, work=work, initial=initial)


def _note_form(cases: Sequence[Case], data: Any, initial: Given) -> forms.NoteForm:
    return forms.NoteForm(data, initial=initial)


def _to_whom(given: Given) -> Sequence[Pair]:
    person = User.objects.filter(pk=given["to"]).first()
    return [Pair(_("Colleague"), person.name)] if person else []


def _holds(*grants: str) -> Callable[[Reach], bool]:
    return lambda reach: any(map(reach.holds, grants))


OFFERS = (
    Offer(
        bulk.HAND_OVER, gettext_lazy("Hand over"), "arrow-forward-up",
        _holds("complaints.assign", "complaints.handle"),
        form=_hand_over_form, keep=lambda cleaned: {"to": str(cleaned["to"].pk)}, told=_to_whom,
    ),
    Offer(
        bulk.SHARE_OUT, gettext_lazy("Share out by load"), "users", _holds("complaints.assign"),
        gettext_lazy(
            "One after the other, each to whoever of its unit has the least to do by then. Load: 4 for each overdue "
            "case, 3 due within 24 hours, 2 within 72 hours, else 1."
        ),
    ),
    Offer(bulk.CLAIM, gettext_lazy("Claim"), "user-plus", _holds("complaints.handle")),
    Offer(
        bulk.NOTE, gettext_lazy("Note"), "note", _holds("complaints.note"),
        form=_note_form, told=lambda given: [Pair(_("Note"), given.get("text", ""))],
    ),
    Offer(bulk.FOLLOW, gettext_lazy("Follow"), "eye", _holds(KIND.view)),
)  # fmt: skip
