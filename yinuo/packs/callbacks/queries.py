"""Named readings of call-backs."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.recusal import aside
from yinuo.engines.cases.sight import open_with_subject, within
from yinuo.facts.models import Fact
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.packs.callbacks.pack import BECAUSE, CALLER, KIND


def visible(reach: Reach) -> QuerySet[Case]:
    """Call-backs that the reader may see: owned, handled or about a unit within reach."""
    return open_to(within(Case.objects.filter(kind=KIND.key), reach.units(KIND.view)), reach)


def open_to(cases: QuerySet[Case], reach: Reach) -> QuerySet[Case]:
    """Without those about a case from which the reader, or whoever the reader stands in for, stands aside."""
    return open_with_subject(cases, reach)


def with_subjects(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what a line of the list or the page shows, and the case each is about, in a fixed number of queries."""
    related = ("callback", "customer__key", "handler", "handling_unit", "owning_unit", "complained_unit")
    abouts = Reference.objects.filter(why=BECAUSE).select_related("to_case__handling_unit")
    return cases.select_related(*related).prefetch_related("clocks", Prefetch("references", abouts))


def about(case: Case) -> Case:
    """The closed case that a call-back is about."""
    return next(reference.to_case for reference in case.references.all() if reference.why == BECAUSE)


def still_open_about(case: Case) -> bool:
    """Whether a call-back about this case is still to be made."""
    return Reference.objects.filter(to_case=case, why=BECAUSE, from_case__is_open=True).exists()


def handlers_of(case: Case) -> frozenset[UUID]:
    """Everybody who had a case in hand: its handler now, those before, whoever did a step of it."""
    assigned = Fact.objects.filter(case_id=case.pk, kind="cases.assigned").values_list("body", flat=True)
    once = {UUID(json.loads(body)["data"]["to"]) for body in assigned}
    did = set(case.steps.exclude(done_by=None).values_list("done_by_id", flat=True))
    return frozenset(person for person in (case.handler_id, *once, *did) if person is not None)


def no_callers(case: Case) -> frozenset[UUID]:
    """Who does not call: whoever handled what a call-back is about, or stands aside from it. Without deputies."""
    closed = about(case)
    return handlers_of(closed) | {recusal.person_id for recusal in closed.recusals.all()}


def may_not_call(case: Case, person: User, on: date) -> bool:
    """Whether the person handled what the call-back is about or stands aside from it, or stands in for such a one."""
    handled = handlers_of(about(case)) | aside(about(case))
    stands_in = Posting.objects.filter(Posting.on(on), user=person, deputy_for__in=handled)
    return person.pk in handled or stands_in.exists()


def is_third_party(case: Case, person: User, on: date) -> bool:
    """Whether the person holds no post in the unit that handled what the call-back is about."""
    unit = about(case).handling_unit_id
    return not Posting.objects.filter(Posting.on(on), user=person, unit=unit).exists()


def calling_unit(closed: Case, at: datetime) -> Unit:
    """Where the call-back of a closed case is made: a unit with agents of its own, another one if there is one."""
    posted = Posting.on(timezone.localdate(at), "postings__")
    units = list(
        Unit.objects.filter(posted, postings__role=CALLER, closed_on=None).order_by("code").distinct()
    )
    others = [unit for unit in units if unit.pk != closed.handling_unit_id]
    return next(iter([*others, *units]), closed.handling_unit)
