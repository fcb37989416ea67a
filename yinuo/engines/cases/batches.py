"""Many cases at once through a change of the calendar: read as columns, moved where they are plain, folded where not.

Most open cases are plain (`plain.py`) and never become models; the others are read whole and folded from their facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from yinuo.engines.cases.clocks import JUDGED, Ticking, applicable, attention, differing
from yinuo.engines.cases.columns import (
    CaseRow,
    ClockRow,
    by_case,
    clock_rows,
    kinds_of,
    open_rows,
    rungs_of_each,
)
from yinuo.engines.cases.kinds import case_kind, case_kinds
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moments import moments_of_each
from yinuo.engines.cases.opening import units_besides
from yinuo.engines.cases.plain import Plain, Turn
from yinuo.engines.cases.rejudging import Followed, MovedDue, concerns, differences, fact_of, follow
from yinuo.engines.cases.rungs import climbs_of
from yinuo.engines.editions import shelf
from yinuo.engines.editions.shelf import Succession
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.promise import Promise
from yinuo.facts.gate import fact_row, record_all
from yinuo.facts.rows import update_rows
from yinuo.ground.access.among import Among

AT_ONCE = 1_000
_TIMES = ("due_at", "nominal_due_at", "warn_at", "climb_at")
_CHANGEABLE = (
    "status", "started_at", "due_at", "nominal_due_at", "warn_at", "stopped_at", "judged_at", "paused_minutes",
    "stated", "climb_at", "calendar_id",
)  # fmt: skip


@dataclass(slots=True)
class Held:
    """A case that is folded, with what its fold needs, and afterwards what came of it."""

    case: Case
    promises: Sequence[Promise]
    clocks: dict[str, Clock]
    followed: Followed | None = None


class Batch(NamedTuple):
    """Open cases of one calendar, in the order of their ids, with what another one makes of those it can change."""

    cases: Sequence[CaseRow]
    clocks: int
    plain: dict[UUID, Plain]
    folded: dict[UUID, Held]

    def moved(self) -> Iterable[tuple[UUID, MovedDue]]:
        """The clocks that move, each with its case."""
        for case in self.cases:
            for each in self.moved_of(case.pk):
                yield case.pk, each

    def moved_of(self, case: UUID) -> Sequence[MovedDue]:
        """Those of one case."""
        if case in self.plain:
            return self.plain[case].moved
        held = self.folded.get(case)
        return held.followed.moved if held and held.followed else ()


@dataclass(slots=True)
class Writing:
    """What a batch changes: rows by their keys, and facts."""

    times: list[tuple[Any, ...]] = field(default_factory=list)
    clocks: list[tuple[Any, ...]] = field(default_factory=list)
    standing: list[tuple[UUID, UUID]] = field(default_factory=list)
    cases: list[tuple[Any, ...]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)


def next_batch(
    calendar: UUID, after: UUID | None, steps: Sequence[Succession], now: datetime, *, locked: bool
) -> Batch | None:
    """The next open cases on a calendar, moved on in memory; None where none is left. `locked`: nobody else writes them
    until the transaction ends."""
    cases = open_rows(calendar, after, AT_ONCE, locked=locked)
    if not cases:
        return None
    clocks = clock_rows([case.pk for case in cases])
    plain, others = _sorted(cases, by_case(clocks), calendar, steps, now)
    folded = {held.case.pk: held for held in followed(whole(others), steps, now)} if others else {}
    return Batch(cases, len(clocks), plain, folded)


def _sorted(
    cases: Sequence[CaseRow],
    clocks: dict[UUID, list[ClockRow]],
    calendar: UUID,
    steps: Sequence[Succession],
    now: datetime,
) -> tuple[dict[UUID, Plain], list[UUID]]:
    """What becomes of the plain cases, and which are to be folded; whom nothing touches is in neither."""
    stretches = differences(calendar, steps)
    concerned = [case for case in cases if concerns(clocks.get(case.pk, ()), stretches)]
    if len(steps) != 1 or stretches[0] is None:
        return {}, [case.pk for case in concerned]
    turn = Turn(steps[0].edition.pk, stretches[0], now)
    looking = [case.pk for case in concerned if turn.looks_plain(case, clocks[case.pk])]
    kinds, rungs = kinds_of(looking), rungs_of_each(looking)
    there, found, others = set(looking), {}, []
    for case in concerned:
        pk = case.pk
        plain = turn.move(case, clocks[pk], kinds[pk], rungs.get(pk, ())) if pk in there else None
        if plain is None:
            others.append(pk)
        else:
            found[pk] = plain
    return found, others


def whole(cases: Collection[UUID]) -> list[Case]:
    """Cases with everything that their fold reads, by id."""
    relations = {name for kind in case_kinds() for name in kind.traits_from}
    found: QuerySet[Case] = Case.objects.filter(Among("id", cases)).select_related(*relations)
    return list(found.defer("marking").prefetch_related("clocks", "rungs").order_by("pk"))


def followed(cases: Sequence[Case], steps: Sequence[Succession], now: datetime) -> list[Held]:
    """Cases moved on in memory by folding each of them: the slow way, which is right for every case."""
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


def write(batch: Batch, calendar: UUID, steps: Sequence[Succession], now: datetime) -> None:
    """Store what `next_batch` worked out for locked cases of a calendar: clocks, lanes, facts; every case's calendar."""
    new, writing, quiet = steps[-1].edition.pk, Writing(), []
    for case in batch.cases:
        held, plain = batch.folded.get(case.pk), batch.plain.get(case.pk)
        if held is not None:
            _collect(held, now, writing)
        elif plain is not None:
            _gather(case, plain, calendar, writing)
        placed = _placed(case, held, plain)
        moved = batch.moved_of(case.pk)
        if placed is not None and (placed != (case.lane, case.next_due) or moved):
            writing.cases.append((case.pk, *placed, case.version + 1, new))
        else:
            quiet.append(case.pk)
        writing.facts += _moves(case, moved, steps[-1], now)
    update_rows(Clock, _TIMES, writing.times)
    update_rows(Clock, ("calendar",), writing.standing)
    update_rows(Clock, _CHANGEABLE, writing.clocks)
    update_rows(Case, ("lane", "next_due", "version", "calendar"), writing.cases)
    if quiet:
        Case.objects.filter(Among("id", quiet)).update(calendar=new)
    record_all(writing.facts)


def _placed(case: CaseRow, held: Held | None, plain: Plain | None) -> tuple[int, datetime] | None:
    """Where a case that was looked at stands in the lists now."""
    if held is None or held.followed is None:
        return plain.placed if plain is not None else None
    clocks: dict[str, Ticking] = {**held.followed.states}
    clocks.update({key: clock for key, clock in held.clocks.items() if clock.stated})
    return attention(clocks.values(), is_open=True)


def _gather(case: CaseRow, plain: Plain, calendar: UUID, writing: Writing) -> None:
    writing.times += [
        (clock.pk, clock.due_at, clock.nominal_due_at, clock.warn_at, clock.climb_at)
        for clock in plain.clocks
    ]
    writing.standing += [(pk, calendar) for pk in plain.standing]


def _moves(case: CaseRow, moved: Sequence[MovedDue], step: Succession, now: datetime) -> list[dict[str, Any]]:
    at, pins = max(step.since, case.opened_at), (case.promises, step.edition.pk)
    return [
        fact_row(
            "clock.moved", recorded_at=now, case=case.pk, unit=case.handling, at=at,
            objects=units_besides(case.handling, case.owning, case.complained), **fact_of(each, *pins),
        )
        for each in moved
    ]  # fmt: skip


def _collect(held: Held, now: datetime, writing: Writing) -> None:
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
            writing.clocks.append((clock.pk, *(getattr(clock, name) for name in _CHANGEABLE)))


def _verdict(case: Case, clock: Clock, state: ClockState, now: datetime) -> list[dict[str, Any]]:
    if state.status not in JUDGED or state.status == clock.status or state.judged_at is None:
        return []
    besides = units_besides(case.handling_unit_id, case.owning_unit_id, case.complained_unit_id)
    said: dict[str, Any] = {"promise": clock.promise, "edition": case.promises_id, "verdict": state.status}
    return [
        fact_row(
            "clock.judged", recorded_at=now, case=case.pk, unit=case.handling_unit_id, at=state.judged_at,
            objects=besides, **said, due=state.due_at,
        )
    ]  # fmt: skip
