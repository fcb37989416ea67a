"""Opening a case: a pure function from what is known to the rows of everything that begins with it.

Every door (page, program, import) builds the same rows here and hands them to `write_rows`, so a case opened
by a thousand calls a minute is the same as one typed in by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from yinuo.engines.cases.clocks import applicable, attention, clock_row, fold_all
from yinuo.engines.cases.kinds import CaseKind
from yinuo.engines.cases.models import Case, Clock, Recusal, Step
from yinuo.engines.cases.moments import opening_moment
from yinuo.engines.cases.recusal import COMPLAINED_OF
from yinuo.engines.cases.refusals import Recused
from yinuo.engines.cases.rungs import next_climbs
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.interpreter import Moved, complete, start
from yinuo.engines.promises.promise import Promise
from yinuo.facts.gate import fact_row
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.worktime import Calendar

Rows = list[tuple[type[Model], Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The editions a case is opened on, already read."""

    process: Edition
    promises: Edition
    calendar: Edition

    @classmethod
    def today(cls, kind: CaseKind, *, promises: str = "", unit: UUID | None = None) -> Rules:
        """The editions in force for a kind and the unit that owns the case (None: those of the bank as a whole).

        `promises` names another set than the kind's own.
        """
        return cls(
            shelf.current("process", kind.key, unit),
            shelf.current("promises", promises or kind.key, unit),
            shelf.current("calendar", kind.calendar),
        )

    def drawing(self) -> Drawing:
        """The process, read."""
        drawing: Drawing = shelf.parsed(self.process)
        return drawing

    def list_promises(self) -> list[Promise]:
        """The promises, read."""
        promises: list[Promise] = shelf.parsed(self.promises)
        return promises

    def read_calendar(self) -> Calendar:
        """The calendar, read."""
        calendar: Calendar = shelf.parsed(self.calendar)
        return calendar


@dataclass(frozen=True, slots=True)
class Subject:
    """Who and where: what a case is about, by ids. `handler` may be nobody yet, and is nobody complained of."""

    owning_unit: UUID
    handling_unit: UUID
    customer: UUID | None = None
    complained_unit: UUID | None = None
    handler: UUID | None = None
    language: str = "zh-hans"
    origin: str = "page"
    complained_people: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """A case about to be written: its id and number, and every row that begins with it."""

    id: UUID
    number: str
    rows: Rows = field(default_factory=list)
    due: dict[str, datetime | None] = field(default_factory=dict)


def opening(
    kind: CaseKind,
    rules: Rules,
    subject: Subject,
    *,
    number: str,
    at: datetime,
    now: datetime,
    by: UUID | None,
    fact: Mapping[str, Any],
    traits: Mapping[str, str],
    done: Sequence[str] = (),
) -> Opening:
    """Rows of a new case: itself, its steps, its clocks, its facts.

    `at` is when the customer came, `now` when we write it down; `fact` is the data of the fact that opens it;
    A case written down late is opened as it stood then: what has run out since is judged like any other clock.
    `done` names first steps that are done by the arrival itself (a portal needs nobody to register).
    """
    case_id = new_id()
    facts = [
        fact_row(
            kind.received,
            by=by,
            case=case_id,
            unit=subject.handling_unit,
            at=at,
            recorded_at=now,
            objects=units_besides(subject.handling_unit, subject.owning_unit, subject.complained_unit),
            **fact,
        )
    ]
    moved, steps = _walk(rules.drawing(), done, case_id, at, by, facts, subject.handling_unit, now)
    promises = applicable(rules.list_promises(), traits)
    states = fold_all(promises, [opening_moment(kind.received, at, fact)], rules.read_calendar(), at)
    climbs = next_climbs(promises, states, rules.read_calendar(), ())
    lane, next_due = attention(states.values(), is_open=True)
    case = _case_row(kind, rules, subject, case_id, number, at) | {
        "marking": moved.marking.to_json(),
        "step": ",".join(step.key for step in moved.opened) or "",
        "lane": lane,
        "next_due": next_due,
    }
    begun = {key: state for key, state in states.items() if state.status != "waiting"}
    placed = [(place, key) for place, key in enumerate(states) if key in begun]
    clocks = [clock_row(case_id, key, place, begun[key], climbs.get(key)) for place, key in placed]
    rows: Rows = [(Case, [case]), (Step, steps), (Clock, clocks), (Fact, facts)]
    if subject.complained_people:
        rows.append((Recusal, _recusals(subject, case_id, at, now, by, facts)))
    return Opening(case_id, number, rows, {key: state.due_at for key, state in begun.items()})


def units_besides(handling: UUID, owning: UUID, complained: UUID | None) -> list[tuple[str, UUID, str]]:
    """The other units that may see a case, as objects of its facts: their screens hear of it too."""
    besides = {"owning": owning, "complained": complained}
    return [("unit", unit, how) for how, unit in besides.items() if unit is not None and unit != handling]


def _recusals(
    subject: Subject, case_id: UUID, at: datetime, now: datetime, by: UUID | None, facts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Whoever is complained of stands aside from the first moment."""
    if subject.handler in subject.complained_people:
        raise Recused(_("Whoever is complained of is not given the case."))
    rows = []
    for person in subject.complained_people:
        row = {"id": new_id(), "case_id": case_id, "person_id": person, "ground": COMPLAINED_OF, "said": ""}
        rows.append(row | {"declared_by_id": by, "declared_at": at})
        facts.append(
            fact_row(
                "cases.recused", by=by, case=case_id, unit=subject.handling_unit, at=at, recorded_at=now,
                recusal=row["id"], person=person, ground=COMPLAINED_OF,
            )
        )  # fmt: skip
    return rows


def _case_row(
    kind: CaseKind, rules: Rules, subject: Subject, case_id: UUID, number: str, at: datetime
) -> dict[str, Any]:
    return {
        "id": case_id,
        "kind": kind.key,
        "number": number,
        "customer_id": subject.customer,
        "owning_unit_id": subject.owning_unit,
        "handling_unit_id": subject.handling_unit,
        "complained_unit_id": subject.complained_unit,
        "handler_id": subject.handler,
        "process_id": rules.process.pk,
        "promises_id": rules.promises.pk,
        "calendar_id": rules.calendar.pk,
        "opened_at": at,
        "opened_precision": "minute",
        "closed_at": None,
        "is_open": True,
        "origin": subject.origin,
        "language": subject.language,
        "version": 1,
    }


def _walk(
    drawing: Drawing,
    done: Sequence[str],
    case_id: UUID,
    at: datetime,
    by: UUID | None,
    facts: list[dict[str, Any]],
    unit: UUID,
    now: datetime,
) -> tuple[Moved, list[dict[str, Any]]]:
    """Start the process and complete the steps that the arrival itself did."""
    moved = start(drawing, {})
    steps = [_step_row(case_id, step.key, step.serial, at) for step in moved.opened]
    for key in done:
        moved = complete(drawing, moved.marking, key, {})
        for row in steps:
            if row["key"] == key:
                row |= {"done_at": at, "done_by_id": by}
                facts.append(
                    fact_row(
                        "cases.step_done",
                        by=by,
                        case=case_id,
                        unit=unit,
                        at=at,
                        recorded_at=now,
                        step=key,
                        serial=row["serial"],
                    )
                )
        steps += [_step_row(case_id, step.key, step.serial, at) for step in moved.opened]
    return moved, steps


def _step_row(case_id: UUID, key: str, serial: int, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "case_id": case_id,
        "key": key,
        "serial": serial,
        "opened_at": at,
        "done_at": None,
        "done_by_id": None,
        "cancelled": False,
    }
