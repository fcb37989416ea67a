"""Named readings of preventions, of who may own one, and of the case one is opened from."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from yinuo.engines.cases.models import Approval, Case, Reference
from yinuo.engines.cases.sight import open_with_subject, within
from yinuo.facts.models import Fact
from yinuo.ground.access.reach import Reach
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.people.models import Posting, User
from yinuo.packs.preventions.models import Plan
from yinuo.packs.preventions.pack import BECAUSE, KIND, WORK


def visible(reach: Reach) -> QuerySet[Case]:
    """Preventions that the reader may see: owned in, or measured over, a unit within reach."""
    return open_to(within(Case.objects.filter(kind=KIND.key), reach.units(KIND.view)), reach)


def open_to(cases: QuerySet[Case], reach: Reach) -> QuerySet[Case]:
    """Without those opened from a case from which the reader, or whoever the reader stands in for, stands aside."""
    return open_with_subject(cases, reach)


def for_list(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what a line of the list shows, in a fixed number of queries."""
    rounds = Plan.objects.select_related("done_by").order_by("number")
    related = cases.select_related("prevention", "handler", "handling_unit", "owning_unit")
    return related.prefetch_related("clocks", Prefetch("prevention__plans", rounds))


def with_subjects(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what the page shows besides: the case it was opened from."""
    abouts = Reference.objects.filter(why=BECAUSE).select_related("to_case")
    return for_list(cases).prefetch_related(Prefetch("references", abouts))


def with_approvals() -> Prefetch[str]:
    """What was asked for and who decided on it."""
    return Prefetch("approvals", Approval.objects.select_related("asked_by", "decided_by"))


def about(case: Case) -> Case | None:
    """The case a prevention was opened from, if it was opened from one."""
    return next((each.to_case for each in case.references.all() if each.why == BECAUSE), None)


def aside_from_subject(case: Case) -> frozenset[UUID]:
    """Who stands aside from the case it was opened from, without deputies."""
    subject = about(case)
    return frozenset(recusal.person_id for recusal in subject.recusals.all()) if subject else frozenset()


def owners_of(case: Case) -> frozenset[UUID]:
    """Who owns it, and everybody who did before it was handed over."""
    bodies = Fact.objects.filter(case_id=case.pk, kind="preventions.opened").values_list("body", flat=True)
    given = Fact.objects.filter(case_id=case.pk, kind="cases.assigned").values_list("body", flat=True)
    first = {UUID(json.loads(body)["data"]["owner"]) for body in bodies}
    later = {UUID(json.loads(body)["data"]["to"]) for body in given}
    return frozenset(first | later)


def plans(case: Case) -> list[Plan]:
    """Its rounds, the first one first."""
    return sorted(case.prevention.plans.all(), key=lambda plan: plan.number)


def post_of(person: User, on: date) -> Posting | None:
    """The posting by which somebody can own a prevention that day; somebody else's that they stand in for is none."""
    held = Posting.objects.filter(Posting.on(on), user=person, deputy_for=None)
    return held.filter(role__in=verb_named(WORK).roles).order_by("unit__code", "role").first()


def stand_ins(people: frozenset[UUID], on: date) -> frozenset[UUID]:
    """Who stands in for one of them that day."""
    standing_in = Posting.objects.filter(Posting.on(on), deputy_for__in=people)
    return frozenset(standing_in.values_list("user_id", flat=True))
