"""Giving a complaint to whoever has the least to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.db.models import Count, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.heads import there_to_handle
from yinuo.engines.cases.marks import LastGiven
from yinuo.engines.cases.models import Case, Lane
from yinuo.engines.cases.moves import CaseRefused, assign, hold, settle
from yinuo.ground.people.models import User
from yinuo.packs.complaints.pack import traits

HANDLER = "handler"
OVERDUE = 4
STEPS = ((timedelta(hours=24), 3), (timedelta(hours=72), 2))  # due within so much time: so heavy
REST = 1
NEVER_GIVEN = datetime.min.replace(tzinfo=UTC)


def weight(lane: int, next_due: datetime, now: datetime) -> int:
    """How heavy one open case is: 4 overdue, 3 due within 24 hours, 2 within 72 hours, 1 with more time or none
    running. Hours as the clock on the wall goes."""
    if lane == Lane.OVERDUE:
        return OVERDUE
    if lane == Lane.RUNNING:
        return next((heavy for within, heavy in STEPS if next_due <= now + within), REST)
    return REST


def load(cases: Iterable[tuple[int, datetime]], now: datetime) -> int:
    """What somebody has to do: the weights of their open cases, each by its lane and next due time, added up."""
    return sum(weight(lane, next_due, now) for lane, next_due in cases)


@dataclass(frozen=True, slots=True)
class Work:
    """How many open cases somebody has, of whatever kind, and how heavy they are together."""

    cases: int = 0
    load: int = 0


def work_of(people: Collection[UUID], now: datetime) -> Mapping[UUID, Work]:
    """`load` of each of them, added up by the database; one query."""
    running = [
        When(lane=Lane.RUNNING, next_due__lte=now + within, then=Value(heavy)) for within, heavy in STEPS
    ]
    heavy = models.Case(When(lane=Lane.OVERDUE, then=Value(OVERDUE)), *running, default=Value(REST))
    found = Case.objects.filter(is_open=True, handler__in=people).values_list("handler").order_by()
    rows = found.annotate(cases=Count("pk"), load=Sum(heavy))
    return {person: Work() for person in people} | {person: Work(n, sum_) for person, n, sum_ in rows}


def least(work: Mapping[UUID, Work], given: Mapping[UUID, datetime]) -> UUID | None:
    """Who has the smallest load; of several, who was given a case longest ago, or never; then in the order given."""
    return min(work, key=lambda who: (work[who].load, given.get(who, NEVER_GIVEN)), default=None)


def next_hand(case: Case, now: datetime) -> UUID | None:
    """Whose turn it is for this case: a handler of its unit who is there, not who has it already; None for nobody."""
    there = [who for who in there_to_handle(case, HANDLER, timezone.localdate(now)) if who != case.handler_id]
    given = dict(LastGiven.objects.filter(person__in=there).values_list("person", "at"))
    return least(work_of(there, now), given)


@transaction.atomic
def share_out(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Give it to whoever has the least to do; CaseRefused where nobody else is there."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not case.is_open:
        raise CaseRefused(_("A closed complaint is not handed over."))
    who = next_hand(case, at)
    if who is None:
        raise CaseRefused(_("No other handler of the unit is there today."))
    assign(case, User.objects.get(pk=who), by=by, at=at)
    settle(case, traits(case), now=at)
    return case
