"""Named readings of rungs, and of notes that told somebody."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.kinds import CaseKind, case_kinds
from yinuo.engines.cases.marks import Mention
from yinuo.engines.cases.models import Rung, ToldPerson
from yinuo.engines.cases.sight import in_sight
from yinuo.facts.questions import Asked, Place, Question, together
from yinuo.ground.access.among import Among, ids
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User
from yinuo.web.navigation import MOST_COUNTED

UNREAD = Q(read_at=None)
UNSEEN = Q(state=Intention.State.REFUSED, seen_at=None)
WAITING = Q(acknowledged_at=None, ended_at=None)
AGAIN = 2  # so often one rung may come in the count: for oneself, and for whom one stands in for


def told_to(reach: Reach) -> QuerySet[Rung]:
    """Rungs that told the reader, or whom the reader stands in for today, of cases that the reader may see."""
    return _told(reach.stands_for(), lambda kind: reach.units(kind.view))


def mentions_of(reach: Reach) -> QuerySet[Mention]:
    """Notes that told the reader themselves, of cases that the reader may see today."""
    sight = in_sight(reach.stands_for(), lambda kind: reach.units(kind.view), "case")
    return Mention.objects.filter(sight, person=reach.user.pk)


def refused_of(reach: Reach) -> QuerySet[Intention]:
    """What the reader had begun, left, and was refused when it was to take effect; until they open the case."""
    sight = in_sight(reach.stands_for(), lambda kind: reach.units(kind.view), "case")
    return Intention.objects.filter(sight, UNSEEN, by=reach.user.pk)


def waiting(reach: Reach) -> int:
    """How many wait for the reader, counted as far as navigation says it: every page of who can be told asks."""
    rungs, notes = together(*waiting_asked(reach))
    return min(len({rung for (rung,) in rungs}) + len(notes), MOST_COUNTED + 1)


def waiting_asked(reach: Reach) -> list[Asked]:
    """What `waiting` asks: for rungs to acknowledge, and for notes to read and refusals to see."""
    units = [reach.units(kind.view) for kind in case_kinds()]
    names = tuple(f"units{units.index(each)}" for each in units)
    given = dict(zip(names, units, strict=True)) | {"people": reach.stands_for(), "person": reach.user.pk}
    return [question.of(**given) for question in _waiting(names)]


@lru_cache(maxsize=64)
def _waiting(names: tuple[str, ...]) -> tuple[Question, Question]:
    """The first rungs, and the first of the others: a database stops soon with whoever was told of thousands. `names`: how the
    units of each kind are called, the same where they are the same: a statement names none of them twice."""
    people, person = ids("people"), Place("person", User._meta.get_field("id"))
    places = {name: ids(name, as_rows=True) for name in names}
    by_kind = dict(zip((kind.key for kind in case_kinds()), map(places.__getitem__, names), strict=True))

    def rungs() -> QuerySet[Any, Any]:
        told = ToldPerson.objects.filter(
            Among("person_id", people), in_sight(people, lambda kind: by_kind[kind.key], "rung__case"),
            rung__acknowledged_at=None, rung__ended_at=None,
        )  # fmt: skip
        return told.order_by().values_list("rung_id")[: AGAIN * MOST_COUNTED]

    def notes() -> QuerySet[Any, Any]:
        seen = in_sight(people, lambda kind: by_kind[kind.key], "case")
        found = Mention.objects.filter(seen, UNREAD, person_id=person).order_by().values_list("pk")
        refused = Intention.objects.filter(seen, UNSEEN, by_id=person).order_by().values_list("pk")
        return found.union(refused, all=True)[: MOST_COUNTED + 1]

    return Question(rungs), Question(notes)


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
