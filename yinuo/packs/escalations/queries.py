"""Named readings of rungs, and of notes that told somebody."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.cases.marks import Mention
from yinuo.engines.cases.models import Recusal, Rung, ToldPerson
from yinuo.ground.access.among import Among
from yinuo.ground.access.reach import Reach

UNREAD = Q(read_at=None)
WAITING = Q(acknowledged_at=None, ended_at=None)
PLACES = ("case__handling_unit_id", "case__owning_unit_id", "case__complained_unit_id")


def told_to(reach: Reach) -> QuerySet[Rung]:
    """Rungs that told the reader, or whom the reader stands in for today, of cases that the reader may see."""
    people = ToldPerson.objects.filter(rung=OuterRef("pk"), person__in=reach.stands_for())
    return Rung.objects.filter(Exists(people), in_sight(reach))


def mentions_of(reach: Reach) -> QuerySet[Mention]:
    """Notes that told the reader themselves, of cases that the reader may see today."""
    return Mention.objects.filter(in_sight(reach), person=reach.user.pk)


def in_sight(reach: Reach) -> Q:
    """Of what belongs to a case: only where the reader may see the case, and does not stand aside from it."""
    closed_to = Recusal.objects.filter(person_id__in=reach.stands_for()).values("case_id")
    sees = Q(pk__in=[])
    for kind in case_kinds():
        units = reach.units(kind.view)
        within = Q(Among(PLACES[0], units)) | Q(Among(PLACES[1], units)) | Q(Among(PLACES[2], units))
        sees |= Q(case__kind=kind.key) & within
    return sees & ~Q(case_id__in=closed_to)


def for_list(rungs: QuerySet[Rung]) -> QuerySet[Rung]:
    """With what a line shows, in a fixed number of queries."""
    people = ToldPerson.objects.select_related("person", "instead_of").order_by("person__staff_number")
    related = ("case__handling_unit", "case__handler", "acknowledged_by")
    return rungs.select_related(*related).prefetch_related("case__clocks", Prefetch("people", people))
