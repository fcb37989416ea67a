"""A case with all that the engine keeps of it, for the page of one case: asked for together, not one by one."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Approval, Case, Clock, Note, Recusal, Rung, Step, ToldPerson
from yinuo.engines.cases.rows import CASE as CASE
from yinuo.facts.questions import Question, known, together


class Part(NamedTuple):
    """What `owner.relation.all()` will give; its question is asked with `case`."""

    owner: Model
    relation: str
    question: Question


RELATIONS = {
    "clocks": Question(lambda: Clock.objects.filter(case_id=CASE)),
    "steps": Question(lambda: Step.objects.filter(case_id=CASE).select_related("done_by")),
    "notes": Question(lambda: Note.objects.filter(case_id=CASE)),
    "recusals": Question(lambda: Recusal.objects.filter(case_id=CASE).select_related("person")),
    "approvals": Question(
        lambda: Approval.objects.filter(case_id=CASE).select_related("asked_by", "decided_by")
    ),
    "rungs": Question(lambda: Rung.objects.filter(case_id=CASE).select_related("acknowledged_by")),
}
_TOLD = Question(
    lambda: (
        ToldPerson.objects.filter(rung__case_id=CASE)
        .select_related("person", "instead_of")
        .order_by("person__staff_number")
    )
)


def read_whole(case: Case, *more: Part) -> None:
    """Read every relation of the case, and what a pack keeps of it besides."""
    at_hand([case])
    parts = [*(Part(case, name, question) for name, question in RELATIONS.items()), *more]
    asked = [part.question.of(case=case.pk) for part in parts]
    told = _TOLD.of(case=case.pk)
    *answers, people = together(*asked, told)
    for part, one, rows in zip(parts, asked, answers, strict=True):
        known(part.owner, part.relation, one.models(rows))
    _tell(case, told.models(people))


def _tell(case: Case, people: list[ToldPerson]) -> None:
    by_rung: dict[UUID, list[ToldPerson]] = defaultdict(list)
    for person in people:
        by_rung[person.rung_id].append(person)
    for rung in case.rungs.all():
        known(rung, "people", by_rung[rung.pk])


def with_rungs() -> Prefetch[str, QuerySet[Rung], str]:
    """The rungs of cases that are not read whole, with whom each told: two queries, one where there is none."""
    people = ToldPerson.objects.select_related("person", "instead_of").order_by("person__staff_number")
    return Prefetch(
        "rungs", Rung.objects.select_related("acknowledged_by").prefetch_related(Prefetch("people", people))
    )
