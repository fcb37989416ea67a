"""Which facts somebody may read, and the names of what they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from yinuo.engines.cases.models import Case, Recusal
from yinuo.facts.models import Fact
from yinuo.ground.access.among import Among
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Unit, User
from yinuo.packs.audit.pack import VIEW


def readable(reach: Reach) -> QuerySet[Fact]:
    """Facts of the units within reach; those of no unit (sign-ins, exports) too for whoever reaches all of them.

    A case from which the reader stands aside has no facts for them.
    """
    units = reach.units(VIEW)
    if not units:
        return Fact.objects.none()
    closed = Recusal.objects.filter(Among("person_id", reach.stands_for())).values("case_id")
    apart = Q(case_id__isnull=True) | ~Q(case_id__in=closed)
    if reaches_all(reach):
        return Fact.objects.filter(apart)
    return Fact.objects.filter(Among("unit_id", units)).filter(apart)


def reaches_all(reach: Reach) -> bool:
    """Whether no unit of today's tree lies outside."""
    return reach.units(VIEW).issuperset(reach.tree.units)


class Names(NamedTuple):
    """What facts speak of, by id; what is gone or unknown is missing."""

    people: dict[UUID, str]
    units: dict[UUID, Unit]
    cases: dict[UUID, Case]


def names_in(facts: Sequence[Fact]) -> Names:
    """Three queries for however many facts."""
    people = User.objects.filter(pk__in={fact.by_id for fact in facts if fact.by_id})
    units = Unit.objects.filter(pk__in={fact.unit_id for fact in facts if fact.unit_id})
    cases = Case.objects.filter(pk__in={fact.case_id for fact in facts if fact.case_id}).only(
        "number", "kind"
    )
    return Names(
        dict(people.values_list("pk", "name")),
        {each.pk: each for each in units},
        {each.pk: each for each in cases},
    )
