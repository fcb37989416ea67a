"""Cases that point at each other: a call-back at its complaint, a review at what it examines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _

from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.sight import concerns
from yinuo.facts.questions import Asked, Place, Question
from yinuo.ground.access.reach import Reach
from yinuo.web.parts import Pair


@dataclass(frozen=True, slots=True)
class Opener:
    """What can be opened from cases of a kind of another pack: a button on their page, for whoever holds the verb.

    `url` makes its address of what the page knows: the number, and codes by name.
    """

    kind: str
    name: str | Lazy
    icon: str
    verb: str
    url: Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Way:
    """One of them as a button."""

    name: str
    icon: str
    url: str


_openers: dict[tuple[str, str], Opener] = {}


def declare_opener(opener: Opener) -> None:
    """Make it known; the same verb from the same kind of case again replaces it."""
    _openers[opener.kind, opener.verb] = opener


def openers(case: Case, reach: Reach, **codes: str) -> list[Way]:
    """What this reader may open from a case, in the order of the verbs; codes that are empty are not carried."""
    told = {"number": case.number, **{name: code for name, code in codes.items() if code}}
    found = [each for (kind, _verb), each in sorted(_openers.items()) if kind == case.kind]
    return [Way(str(each.name), each.icon, each.url(told)) for each in found if reach.holds(each.verb)]


def place_of(case: Case, reach: Reach) -> tuple[str, str]:
    """What kind of case it is, and its address for whoever may see it; "" for others."""
    kind = next((kind for kind in case_kinds() if kind.key == case.kind), None)
    if kind is None:
        return _("Case"), ""
    return str(kind.name), kind.url(case.number) if concerns(case, reach.units(kind.view)) else ""


def cases_because_of(case: Case, reach: Reach) -> list[Pair]:
    """The cases that there are because of this one, the latest first, each with its page for whoever may see it.

    Those of its own kind are its pack's to show: whoever may not see one does not learn that it is there.
    """
    found = [reference.from_case for reference in _POINTING.objects(case=case.pk)]
    return [_pair(other, reach) for other in found if other.kind != case.kind]


def because_asked(case: Case) -> Asked:
    """The question of that, to be asked ahead."""
    return _POINTING.of(case=case.pk)


def _pointing() -> QuerySet[Reference]:
    to_case = Place("case", Case._meta.get_field("id"))
    found = Reference.objects.filter(to_case_id=to_case).select_related("from_case").order_by("-pk")
    fields = ("kind", "number", "is_open", "handling_unit_id", "owning_unit_id", "complained_unit_id")
    return found.only("why", *(f"from_case__{name}" for name in fields))


_POINTING = Question(_pointing)


def _pair(case: Case, reach: Reach) -> Pair:
    name, url = place_of(case, reach)
    return Pair(name, case.number, _("open") if case.is_open else _("ended"), url)
