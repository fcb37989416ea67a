"""Named readings of reviews, and of the decisions that can be reviewed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.sight import open_with_subject, within
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import Moment, fold
from yinuo.engines.promises.promise import Promise
from yinuo.facts.gate import CAUSE
from yinuo.facts.models import Fact
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import tree
from yinuo.packs.reviews.models import Review
from yinuo.packs.reviews.pack import BECAUSE, KIND

ASK = "ask"  # the promise that says until when a review can be asked for
AGAIN = "cases.reopened"  # since then the decision before is none any more
# What somebody may do to a case without having worked on it; whoever receives it is none that works on it either.
NO_WORK = frozenset(
    {
        "cases.assigned",
        "cases.handed_on",
        "cases.released",
        "cases.recused",
        "cases.noted",
        "clock.acknowledged",
    }
)


def visible(reach: Reach) -> QuerySet[Case]:
    """Reviews that the reader may see: decided in, or about, a unit within reach."""
    return open_to(within(Case.objects.filter(kind=KIND.key), reach.units(KIND.view)), reach)


def open_to(cases: QuerySet[Case], reach: Reach) -> QuerySet[Case]:
    """Without those of a case from which the reader, or whoever the reader stands in for, stands aside."""
    return open_with_subject(cases, reach)


def with_subjects(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what a line of the list or the page shows, and the case each examines, in a fixed number of queries."""
    related = ("review", "customer__key", "handler", "handling_unit", "owning_unit", "complained_unit")
    abouts = Reference.objects.filter(why=BECAUSE).select_related("to_case__handling_unit")
    return cases.select_related(*related).prefetch_related("clocks", Prefetch("references", abouts))


def about(case: Case) -> Case:
    """The case that a review examines."""
    return next(reference.to_case for reference in case.references.all() if reference.why == BECAUSE)


def reviews_of(case: Case) -> list[Case]:
    """The reviews of a case's decisions, the latest first."""
    found = Case.objects.filter(references__to_case=case, references__why=BECAUSE)
    return list(
        found.select_related("review", "handling_unit")
        .prefetch_related("clocks")
        .order_by("-opened_at", "-id")
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What can be reviewed: the fact by which it was decided, and until when a review of it can be asked for."""

    fact: UUID
    at: datetime
    until: datetime
    confirmed: bool  # whether somebody answerable has checked that limit


def decision_of(case: Case) -> Decision | None:
    """The decision of a case that stands; None before there is one, and once the case was opened again."""
    promise = _asking()
    kinds = [*promise.starts, AGAIN]
    last = Fact.objects.filter(case_id=case.pk, kind__in=kinds).order_by("-occurred_at", "-id").first()
    if last is None or last.kind == AGAIN:
        return None
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    due = fold(promise, [Moment(last.kind, last.occurred_at)], calendar, last.occurred_at).due_at
    return Decision(last.pk, last.occurred_at, due, promise.confirmed) if due else None


def _asking() -> Promise:
    promises: list[Promise] = shelf.in_use("promises", KIND.key)
    return next(promise for promise in promises if promise.key == ASK)


def review_of(decision: Decision) -> Review | None:
    """The review of a decision, if one was asked for."""
    return Review.objects.filter(decision=decision.fact).select_related("case__handling_unit").first()


def reviewing_unit(case: Case, on: date) -> Unit:
    """The unit above the one that handled a case on a day; at the root, and where it has no place, the root."""
    units, handled = tree(on), case.handling_unit
    above = units.ancestors(handled.pk)
    if not above and handled.pk not in units.units:
        above = units.roots()
    return units.units[above[0]] if above else handled


def no_reviewers(case: Case) -> frozenset[UUID]:
    """Who may not review: whoever worked on what a review examines, or stands aside from it. Without deputies."""
    examined = about(case)
    return worked_on(examined) | {recusal.person_id for recusal in examined.recusals.all()}


def worked_on(case: Case) -> frozenset[UUID]:
    """Whoever had a case in hand or left a fact of work on it; what a loop did for somebody is none."""
    facts = Fact.objects.filter(case_id=case.pk)
    bodies = facts.filter(kind="cases.assigned").values_list("body", flat=True)
    had = {UUID(json.loads(body)["data"]["to"]) for body in bodies}
    arrivals = {kind.received for kind in case_kinds()}
    work = facts.exclude(kind__in=NO_WORK | arrivals).exclude(by_id=None).values_list("by_id", "body")
    did = {by for by, body in work if by and not _by_a_loop(body)}
    return frozenset(person for person in (case.handler_id, *had, *did) if person is not None)


def _by_a_loop(body: str) -> bool:
    return any(what == CAUSE for what, _run, _how in json.loads(body)["objects"])
