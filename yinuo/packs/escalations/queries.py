"""Named readings of rungs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yinuo.engines.cases.kinds import CaseKind, case_kinds
from yinuo.engines.cases.models import Recusal, Rung, ToldPerson
from yinuo.facts.questions import Place, Question
from yinuo.ground.access.among import Among, ids
from yinuo.ground.access.reach import Reach

WAITING = Q(acknowledged_at=None, ended_at=None)
PLACES = ("case__handling_unit_id", "case__owning_unit_id", "case__complained_unit_id")


MOST_COUNTED = 1001  # one more than a place's count ever says


def told_to(reach: Reach) -> QuerySet[Rung]:
    """Rungs that told the reader, or whom the reader stands in for today, of cases that the reader may see."""
    return _told(reach.stands_for(), lambda kind: reach.units(kind.view))


def waiting(reach: Reach) -> int:
    """How many wait for the reader, counted to 1,001: every page of a person who can be told says so."""
    units = {kind.key: reach.units(kind.view) for kind in case_kinds()}
    return len(_WAITING(people=reach.stands_for(), **units))


_WAITING = Question(
    lambda: _told(ids("people"), lambda kind: ids(kind.key)).filter(WAITING).values_list("pk")[:MOST_COUNTED]
)


def _told(
    people: Collection[UUID] | Place, units_of: Callable[[CaseKind], Collection[UUID] | Place]
) -> QuerySet[Rung]:
    told = ToldPerson.objects.filter(Among("person_id", people), rung=OuterRef("pk"))
    closed_to = Recusal.objects.filter(Among("person_id", people)).values("case_id")
    sees = Q(pk__in=[])
    for kind in case_kinds():
        units = units_of(kind)
        within = Q(Among(PLACES[0], units)) | Q(Among(PLACES[1], units)) | Q(Among(PLACES[2], units))
        sees |= Q(case__kind=kind.key) & within
    return Rung.objects.filter(Exists(told), sees).filter(~Q(case_id__in=closed_to))


def for_list(rungs: QuerySet[Rung]) -> QuerySet[Rung]:
    """With what a line shows, in a fixed number of queries."""
    people = ToldPerson.objects.select_related("person", "instead_of").order_by("person__staff_number")
    related = ("case__handling_unit", "case__handler", "acknowledged_by")
    return rungs.select_related(*related).prefetch_related("case__clocks", Prefetch("people", people))
