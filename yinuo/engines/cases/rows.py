"""The rows of a case in hand, as every verb reads them: by questions compiled once, not by a query built anew each time.

Each gives what `case.relation.all()` gives, and what was read with the case already is not asked for again.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any
from uuid import UUID

from yinuo.engines.cases.kinds import case_kind, is_case_kind
from yinuo.engines.cases.models import Case, Clock, Recusal, Rung, Step, ToldPerson
from yinuo.facts.questions import Place, Question, known

CASE = Place("case", Case._meta.get_field("id"))
_CLOCKS = Question(lambda: Clock.objects.filter(case_id=CASE))
_RUNGS = Question(lambda: Rung.objects.filter(case_id=CASE))
_RECUSALS = Question(lambda: Recusal.objects.filter(case_id=CASE))
_OPEN_STEPS = Question(lambda: Step.objects.filter(case_id=CASE, done_at=None, cancelled=False))
_TOLD = Question(lambda: ToldPerson.objects.filter(rung__case_id=CASE))


def with_own(case: Case) -> Case:
    """The same case, with the rows that its pack keeps of it and its promises ask about."""
    for relation in case_kind(case.kind).traits_from if is_case_kind(case.kind) else ():
        for row in _of(case, _own(relation).objects(case=case.pk)):
            case._state.fields_cache[relation] = row
    return case


@lru_cache(maxsize=64)
def _own(relation: str) -> Question:
    model: Any = Case._meta.get_field(relation).related_model
    return Question(lambda: model.objects.filter(case_id=CASE))


def clocks_of(case: Case) -> list[Clock]:
    """Its clocks, in the order in which they stand on the page."""
    return _rows(case, "clocks", _CLOCKS)


def rungs_of(case: Case) -> list[Rung]:
    """The rungs of its ladders, in the order in which they were told."""
    return _rows(case, "rungs", _RUNGS)


def recusals_of(case: Case) -> list[Recusal]:
    """Who stands aside from it."""
    return _rows(case, "recusals", _RECUSALS)


def open_steps_of(case: Case) -> list[Step]:
    """The steps that are neither done nor cancelled, as they stand now."""
    return _of(case, _OPEN_STEPS.objects(case=case.pk))


def rungs_with_people(case: Case) -> list[Rung]:
    """The rungs, each with whom it told."""
    rungs = rungs_of(case)
    told: dict[UUID, list[ToldPerson]] = defaultdict(list)
    for person in _TOLD.objects(case=case.pk) if rungs else ():
        told[person.rung_id].append(person)
    for rung in rungs:
        known(rung, "people", told[rung.pk])
    return rungs


def _rows(case: Case, relation: str, question: Question) -> list[Any]:
    kept = case.__dict__.get("_prefetched_objects_cache", {}).get(relation)
    return _of(case, question.objects(case=case.pk)) if kept is None else list(kept)


def _of(case: Case, rows: list[Any]) -> list[Any]:
    for row in rows:
        row._state.fields_cache["case"] = case
    return rows
