"""Named readings of rungs, and of notes that told somebody."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yinuo.engines.cases.kinds import CaseKind, case_kinds
from yinuo.engines.cases.marks import Mention
from yinuo.engines.cases.models import Rung, ToldPerson
from yinuo.engines.cases.sight import in_sight
from yinuo.facts.questions import Place, Question
from yinuo.ground.access.among import Among, ids
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User
from yinuo.web.navigation import MOST_COUNTED

UNREAD = Q(read_at=None)
WAITING = Q(acknowledged_at=None, ended_at=None)
AGAIN = 2  # so often one rung may come in the count: for oneself, and for whom one stands in for


def told_to(reach: Reach) -> QuerySet[Rung]:
    """Rungs that told the reader, or whom the reader stands in for today, of cases that the reader may see."""
    return _told(reach.stands_for(), lambda kind: reach.units(kind.view))


def mentions_of(reach: Reach) -> QuerySet[Mention]:
    """Notes that told the reader themselves, of cases that the reader may see today."""
    sight = in_sight(reach.stands_for(), lambda kind: reach.units(kind.view), "case")
    return Mention.objects.filter(sight, person=reach.user.pk)


def waiting(reach: Reach) -> int:
    """How many wait for the reader, counted as far as navigation says it: every page of who can be told asks."""
    units = {kind.key: reach.units(kind.view) for kind in case_kinds()}
    return len(_WAITING(people=reach.stands_for(), person=reach.user.pk, **units))


def _waiting() -> QuerySet[Any, Any]:
    """Rungs to acknowledge and notes to read, in one question. The rungs are looked for among those that told somebody,
    the first so many, so that a database stops soon with whoever was told of thousands."""
    people, units_of = ids("people"), lambda kind: ids(kind.key)
    person = Place("person", User._meta.get_field("id"))
    notes = Mention.objects.filter(in_sight(people, units_of, "case"), UNREAD, person_id=person)
    told = ToldPerson.objects.filter(
        Among("person_id", people), in_sight(people, units_of, "rung__case"),
        rung__acknowledged_at=None, rung__ended_at=None,
    )  # fmt: skip
    rungs = Rung.objects.filter(pk__in=told.order_by().values("rung_id")[: AGAIN * MOST_COUNTED])
    return rungs.order_by().values_list("pk").union(notes.values_list("pk"), all=True)[: MOST_COUNTED + 1]


_WAITING = Question(_waiting)
People = Collection[UUID] | Place
UnitsOf = Callable[[CaseKind], Collection[UUID] | Place]


def _told(people: People, units_of: UnitsOf) -> QuerySet[Rung]:
    told = ToldPerson.objects.filter(Among("person_id", people), rung=OuterRef("pk"))
    return Rung.objects.filter(Exists(told), in_sight(people, units_of, "case"))


def for_list(rungs: QuerySet[Rung]) -> QuerySet[Rung]:
    """With what a line shows, in a fixed number of queries."""
    people = ToldPerson.objects.select_related("person", "instead_of").order_by("person__staff_number")
    related = ("case__handling_unit", "case__handler", "acknowledged_by")
    return rungs.select_related(*related).prefetch_related("case__clocks", Prefetch("people", people))
