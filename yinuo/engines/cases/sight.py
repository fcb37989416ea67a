"""Sight: whose units have to do with a case, and who does not see it because they stand aside.

A unit has to do with a case that it owns, that it handles, or that is about it. Whoever stands aside from a case sees
neither it nor what there is because of it. Pages, lists, figures and counts of every pack ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from yinuo.engines.cases.kinds import CaseKind, case_kinds
from yinuo.engines.cases.models import Case, Recusal, Reference
from yinuo.engines.cases.recusal import open_to
from yinuo.facts.questions import Place
from yinuo.ground.access.among import Among
from yinuo.ground.access.reach import Reach

Ids = Collection[UUID] | Place
Rows = TypeVar("Rows", bound=Model)
PLACES = ("handling_unit_id", "owning_unit_id", "complained_unit_id")


def concerns(case: Case, units: Collection[UUID]) -> bool:
    """Whether one of the units has to do with a case in hand."""
    return any(getattr(case, place) in units for place in PLACES)


def of_units(units: Ids, of: str = "") -> Q:
    """Cases that one of the units has to do with; `of` is the field that leads to the case ("about", "case")."""
    handled, owned, about = (Q(Among(f"{of}__{place}" if of else place, units)) for place in PLACES)
    return handled | owned | about


def within(rows: QuerySet[Rows], units: Ids, of: str = "") -> QuerySet[Rows]:
    """Those of the rows whose case one of the units has to do with."""
    return rows.filter(of_units(units, of))


def in_sight(people: Ids, units_of: Callable[[CaseKind], Ids], of: str = "") -> Q:
    """Cases of every kind that the units of its own view have to do with; none from which one of the people stands
    aside, nor what there is because of it."""
    sees = Q(pk__in=[])
    for units, kinds in _by_units(units_of):
        sees |= Q(**{f"{of}__kind__in" if of else "kind__in": kinds}) & of_units(units, of)
    closed_to, hanging_on = _closed(people)
    case = f"{of}_id__in" if of else "pk__in"
    return sees & ~Q(**{case: closed_to}) & ~Q(**{case: hanging_on})


def _by_units(units_of: Callable[[CaseKind], Ids]) -> list[tuple[Ids, list[str]]]:
    """The kinds whose view reaches the same units stand together: for most people that is all of them."""
    found: list[tuple[Ids, list[str]]] = []
    for kind in case_kinds():
        units = units_of(kind)
        known = next((keys for each, keys in found if each is units or _equal(each, units)), None)
        if known is None:
            found.append((units, [kind.key]))
        else:
            known.append(kind.key)
    return found


def _equal(one: Ids, other: Ids) -> bool:
    places = isinstance(one, Place) or isinstance(other, Place)
    return not places and one == other


def named(number: str, reach: Reach) -> Case | None:
    """The case of that number, of any kind, that the reader may see and does not stand aside from."""
    seen = in_sight(reach.stands_for(), lambda kind: reach.units(kind.view))
    return Case.objects.filter(seen, number=number).first()


def open_with_subject(cases: QuerySet[Case], reach: Reach) -> QuerySet[Case]:
    """Without those from which the reader stands aside, and without those that are there because of such a case."""
    _closed_to, hanging_on = _closed(reach.stands_for())
    return open_to(cases.filter(~Q(pk__in=hanging_on)), reach)


def _closed(people: Ids) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """The cases from which one of the people stands aside, and those that are there because of them."""
    closed_to = Recusal.objects.filter(Among("person_id", people)).values("case_id")
    reasons = [kind.because for kind in case_kinds() if kind.because]
    hanging_on = Reference.objects.filter(why__in=reasons, to_case__in=closed_to)
    return closed_to, hanging_on.values("from_case_id")
