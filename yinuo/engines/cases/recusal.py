"""Recusal 回避: who stands aside from a case. `moves` asks here before anybody does anything.

Complained of, or bound by a conflict of interest: one row a person. Whoever stands in for such a person today
stands aside with them, so that no deputy does what the person may not. Reading follows the same rule.
Some kinds of case keep others out too, deputies included: they may read, and do nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from yinuo.engines.cases.kinds import kept_out_by_kind
from yinuo.engines.cases.models import Case, Recusal
from yinuo.engines.cases.rows import recusals_of
from yinuo.facts.questions import Place
from yinuo.ground.access.among import Among
from yinuo.ground.people.models import Posting

if TYPE_CHECKING:
    from yinuo.ground.access.reach import Reach

COMPLAINED_OF = "complained_of"  # the ground that is no declaration of one's own


def aside(case: Case) -> frozenset[UUID]:
    """Everybody who stands aside from a case today, deputies included; read once for a case in hand."""
    if case.people_aside is None:
        named = frozenset(recusal.person_id for recusal in recusals_of(case))
        case.people_aside = named | _deputies(named)
    return case.people_aside


def kept_out(case: Case) -> frozenset[UUID]:
    """Everybody whom the case's kind keeps out of it today, deputies included; read once for a case in hand."""
    if case.people_kept_out is None:
        named = kept_out_by_kind(case)
        case.people_kept_out = named | _deputies(named)
    return case.people_kept_out


def _deputies(people: Collection[UUID]) -> frozenset[UUID]:
    if not people:
        return frozenset()
    standing_in = Posting.objects.filter(Posting.on(timezone.localdate()), deputy_for__in=people)
    return frozenset(standing_in.values_list("user_id", flat=True))


def open_to(cases: QuerySet[Case], reach: Reach) -> QuerySet[Case]:
    """Without the cases from which the reader, or whoever the reader stands in for today, stands aside."""
    return open_to_people(cases, reach.stands_for())


def open_to_people(cases: QuerySet[Case], people: Collection[UUID] | Place) -> QuerySet[Case]:
    """Without the cases from which one of the people stands aside."""
    closed_to = Recusal.objects.filter(Among("person_id", people)).values("case_id")
    return cases.filter(~Q(pk__in=closed_to))
