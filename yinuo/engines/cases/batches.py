"""Many cases at once through a change of the calendar: read in a few questions, folded, written in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from yinuo.engines.cases.clocks import JUDGED, Ticking, applicable, attention, differing
from yinuo.engines.cases.kinds import case_kind, case_kinds
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moments import moments_of_each
from yinuo.engines.cases.opening import units_besides
from yinuo.engines.cases.rejudging import Followed, concerns, differences, fact_of, follow
from yinuo.engines.cases.rungs import climbs_of
from yinuo.engines.editions import shelf
from yinuo.engines.editions.shelf import Succession
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.promise import Promise
from yinuo.facts.gate import fact_row, record_all

AT_ONCE = 500
_CHANGEABLE = (
    "status", "started_at", "due_at", "nominal_due_at", "warn_at", "stopped_at", "judged_at", "paused_minutes",
    "stated", "climb_at", "calendar",
)  # fmt: skip


@dataclass(slots=True)
class Held:
    """A case of a batch with what its fold needs, and afterwards what came of it."""

    case: Case
    promises: Sequence[Promise]
    clocks: dict[str, Clock]
    followed: Followed | None = None


@dataclass(slots=True)
class Writing:
    """What a batch changes."""

    clocks: list[Clock] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)


def open_cases(calendar: UUID, after: UUID | None, *, locked: bool) -> list[Case]:
    """The next open cases on a calendar, by id, with their clocks; `locked` until the transaction ends."""
    kinds = case_kinds()
    cases: QuerySet[Case] = Case.objects.filter(
        is_open=True, calendar=calendar, kind__in=[kind.key for kind in kinds]
    )
    if after is not None:
        cases = cases.filter(pk__gt=after)
    if locked and connection.vendor == "postgresql":
        cases = cases.select_for_update(of=("self",))
    relations = {name for kind in kinds for name in kind.traits_from}
    return list(
        cases.select_related(*relations)
        .defer("marking")
        .prefetch_related("clocks", "rungs")
        .order_by("pk")[:AT_ONCE]
    )


def followed(cases: Sequence[Case], steps: Sequence[Succession], now: datetime) -> list[Held]:
    """The cases that another calendar can change, moved on in memory; the others only stand on it from now on."""
    found = [_held(case) for case in cases if _concerned(case, steps)]
    told = moments_of_each([each.case.pk for each in found], _promises(found))
    for held in found:
        moments = told.get(held.case.pk, [])
        held.followed = follow(held.case, held.promises, moments, held.clocks, steps, now, settled=True)
    return found


def _promises(held: Iterable[Held]) -> list[Promise]:
    return list({id(promise): promise for each in held for promise in each.promises}.values())


def _concerned(case: Case, steps: Sequence[Succession]) -> bool:
    return concerns(list(case.clocks.all()), differences(case.calendar_id, steps))


def _held(case: Case) -> Held:
    promises = applicable(shelf.parsed(shelf.by_id(case.promises_id)), case_kind(case.kind).traits(case))
    return Held(case, promises, {clock.promise: clock for clock in case.clocks.all()})


def write(cases: Sequence[Case], found: Sequence[Held], steps: Sequence[Succession], now: datetime) -> None:
    """Store what `followed` worked out for held cases: clocks, lanes, facts; and every case's calendar."""
    writing = Writing()
    for held in found:
        _collect(held, steps, now, writing)
    _update(Clock, writing.clocks, _CHANGEABLE)
    _update(Case, writing.cases, ("lane", "next_due", "version"))
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(calendar=steps[-1].edition)
    record_all(writing.facts)


def _update(model: type[Model], rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write some columns of rows that are there; one statement with arrays where the database has them."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_update(rows, names)
        return
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in ("id", *names)]
    columns = [connection.ops.quote_name(str(field.column)) for field in fields]
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    wanted = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    table = connection.ops.quote_name(model._meta.db_table)
    values = [[getattr(row, str(field.attname)) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {wanted} FROM unnest({arrays}) AS new({', '.join(columns)})"  # noqa: S608
            f" WHERE {table}.{columns[0]} = new.{columns[0]}",
            values,
        )


def _collect(held: Held, steps: Sequence[Succession], now: datetime, writing: Writing) -> None:
    case, followed = held.case, held.followed
    if followed is None:
        return
    climbs = climbs_of(case, followed.states, now)
    for key, clock in held.clocks.items():
        state = followed.states.get(key)
        if clock.stated or state is None:
            continue
        changed = differing(clock, state, climbs.get(key))
        if changed or clock in followed.standing:
            writing.facts += _verdict(case, clock, state, now)
            for name, value in changed.items():
                setattr(clock, name, value)
            writing.clocks.append(clock)
    at = max(steps[-1].since, case.opened_at)
    writing.facts += [_fact("clock.moved", case, at, now, **fact_of(each, case)) for each in followed.moved]
    _attend(held, followed, writing)


def _attend(held: Held, followed: Followed, writing: Writing) -> None:
    """Where the case stands in the lists; its version grows only where something about it changed."""
    case = held.case
    clocks: dict[str, Ticking] = {**followed.states}
    clocks.update({key: clock for key, clock in held.clocks.items() if clock.stated})
    placed = attention(clocks.values(), is_open=case.is_open)
    if placed != (case.lane, case.next_due) or followed.moved:
        case.lane, case.next_due = placed
        case.version += 1
        writing.cases.append(case)


def _verdict(case: Case, clock: Clock, state: ClockState, now: datetime) -> list[dict[str, Any]]:
    if state.status not in JUDGED or state.status == clock.status or state.judged_at is None:
        return []
    said = {"promise": clock.promise, "edition": case.promises_id, "verdict": state.status}
    return [_fact("clock.judged", case, state.judged_at, now, **said, due=state.due_at)]


def _fact(kind: str, case: Case, at: datetime, now: datetime, **data: Any) -> dict[str, Any]:
    besides = units_besides(case.handling_unit_id, case.owning_unit_id, case.complained_unit_id)
    return fact_row(
        kind, recorded_at=now, case=case.pk, unit=case.handling_unit_id, at=at, objects=besides, **data
    )
