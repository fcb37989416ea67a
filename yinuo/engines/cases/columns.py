"""What a change of the calendar has to know of many cases, read as columns: no model is made of a case that is not folded.

A batch is four questions compiled once: the cases, their clocks, the kinds of their facts, the rungs of their ladders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.cases.models import Case, Clock, Rung
from yinuo.facts.models import Fact
from yinuo.facts.questions import Place, Question
from yinuo.ground.access.among import Among, ids

BEGINNING = UUID(int=0)  # before every id


class CaseRow(NamedTuple):
    """A case, as much of it as moving its clocks needs."""

    pk: UUID
    promises: UUID
    handling: UUID
    owning: UUID
    complained: UUID | None
    opened_at: datetime
    lane: int
    next_due: datetime
    version: int


class ClockRow(NamedTuple):
    """A clock, without what only its page shows."""

    case: UUID
    pk: UUID
    promise: str
    status: str
    started_at: datetime | None
    due_at: datetime | None
    nominal_due_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None
    climb_at: datetime | None
    stated: bool
    calendar: UUID | None


class RungRow(NamedTuple):
    """A rung that was told."""

    case: UUID
    promise: str
    run: datetime
    told_at: datetime
    acknowledged_at: datetime | None
    ended_at: datetime | None


def open_rows(calendar: UUID, after: UUID | None, most: int, *, locked: bool) -> list[CaseRow]:
    """The next open cases on a calendar, by id; `locked` until the transaction ends."""
    kinds = tuple(kind.key for kind in case_kinds())
    question = _cases(kinds, locked and connection.vendor == "postgresql", most)
    return [CaseRow._make(row) for row in question(calendar=calendar, after=after or BEGINNING)]


@lru_cache(maxsize=16)
def _cases(kinds: tuple[str, ...], locked: bool, most: int) -> Question:
    """Kinds and size are part of the statement: they change with the program, not from batch to batch."""

    def ask() -> QuerySet[Any, Any]:
        after = Place("after", Case._meta.get_field("id"))
        calendar = Place("calendar", Case._meta.get_field("calendar"))
        cases = Case.objects.filter(is_open=True, calendar=calendar, pk__gt=after, kind__in=kinds)
        held = cases.select_for_update() if locked else cases
        return held.order_by("pk").values_list(
            "pk", "promises_id", "handling_unit_id", "owning_unit_id", "complained_unit_id", "opened_at",
            "lane", "next_due", "version",
        )[:most]  # fmt: skip

    return Question(ask)


_CLOCKS = Question(
    lambda: (
        Clock.objects.filter(Among("case_id", ids("cases")))
        .order_by("case_id", "position")
        .values_list(
            "case_id", "id", "promise", "status", "started_at", "due_at", "nominal_due_at", "warn_at",
            "stopped_at", "climb_at", "stated", "calendar_id",
        )
    )
)  # fmt: skip
_KINDS = Question(lambda: Fact.objects.filter(Among("case_id", ids("cases"))).values_list("case_id", "kind"))
_RUNGS = Question(
    lambda: (
        Rung.objects.filter(Among("case_id", ids("cases")))
        .order_by("case_id", "promise", "run", "place")
        .values_list("case_id", "promise", "run", "told_at", "acknowledged_at", "ended_at")
    )
)


def clock_rows(cases: Collection[UUID]) -> list[ClockRow]:
    """The clocks of cases: those of one stand together, in the order of its page."""
    return [ClockRow._make(row) for row in _CLOCKS(cases=cases)] if cases else []


def kinds_of(cases: Collection[UUID]) -> dict[UUID, list[str]]:
    """What happened to each case: the kinds of its facts, in no order."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for case, kind in _KINDS(cases=cases) if cases else ():
        found[case].append(kind)
    return found


def rungs_of_each(cases: Collection[UUID]) -> dict[UUID, list[RungRow]]:
    """The rungs told of each case, the lowest of a run first; cases without any are not there."""
    found: dict[UUID, list[RungRow]] = defaultdict(list)
    for row in _RUNGS(cases=cases) if cases else ():
        rung = RungRow._make(row)
        found[rung.case].append(rung)
    return found


def by_case(clocks: Iterable[ClockRow]) -> dict[UUID, list[ClockRow]]:
    """Clocks by their case."""
    found: dict[UUID, list[ClockRow]] = defaultdict(list)
    for clock in clocks:
        found[clock.case].append(clock)
    return found
