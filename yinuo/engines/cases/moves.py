"""Moving a case: the only writers of an open case. Each changes state and records facts in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.clocks import (
    JUDGED,
    Ticking,
    applicable,
    attention,
    clock_row,
    differing,
    fold_all,
    pins_of,
)
from yinuo.engines.cases.held import need_free
from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.marks import LastGiven
from yinuo.engines.cases.models import Case, Clock, Note, Recusal, Step
from yinuo.engines.cases.moments import moments_of as moments_of
from yinuo.engines.cases.opening import units_besides
from yinuo.engines.cases.recusal import aside, kept_out
from yinuo.engines.cases.refusals import CaseChanged as CaseChanged
from yinuo.engines.cases.refusals import CaseRefused as CaseRefused
from yinuo.engines.cases.refusals import Recused as Recused
from yinuo.engines.cases.rejudging import fact_of, follow
from yinuo.engines.cases.replay import Decision, written
from yinuo.engines.cases.rows import CASE, clocks_of, open_steps_of, with_own
from yinuo.engines.cases.rungs import climbs_of
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.interpreter import Marking, Moved, StepRefused, complete
from yinuo.engines.processes.problems import Problem
from yinuo.engines.processes.publication import in_words
from yinuo.engines.promises.fold import ClockState
from yinuo.facts.gate import record
from yinuo.facts.models import Fact
from yinuo.facts.questions import Question
from yinuo.facts.rows import update_row, write_rows
from yinuo.ground.people.models import User


def hold(case_id: UUID, *, version: int | None = None) -> Case:
    """The case, locked until the transaction ends; CaseChanged if it moved on since `version` was read."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a case is held inside transaction.atomic()")
    found: list[Case] = _HELD.objects(case=case_id)
    if not found:
        raise Case.DoesNotExist
    case = with_own(found[0])
    if version is not None and case.version != version:
        raise CaseChanged(
            _("Somebody changed this case while you were reading it. Your words are kept below.")
        )
    return case


def _held() -> QuerySet[Case]:
    cases = Case.objects.filter(pk=CASE)
    return cases.select_for_update(of=("self",)) if connection.vendor == "postgresql" else cases


_HELD = Question(_held)


def happen(case: Case, kind: str, *, by: User | None, at: datetime | None = None, **data: Any) -> Fact:
    """Record one fact about a held case. Call `settle` once all facts of the verb are recorded.

    Whatever anybody does to a case leaves a fact, so here is the one gate of recusal: Recused for whoever
    stands aside or is kept out, whichever door they came by, and the transaction falls with it.
    """
    _let_in(case, by)
    return _told(case, kind, by=by, at=at, **data)


def leave(case: Case, unit: UUID, kind: str, *, by: User, at: datetime, **data: Any) -> Fact:
    """As `happen`, of a case that leaves a unit: the screens there hear of it too."""
    _let_in(case, by)
    return _told(case, kind, by=by, at=at, also=[("unit", unit, "giving")], **data)


def _let_in(case: Case, person: User | None) -> None:
    if person is not None and person.pk in aside(case):
        raise Recused(_("You stand aside from this case, or stand in for somebody who does."))
    if person is not None and person.pk in kept_out(case):
        raise Recused(_("You worked on what this case examines, or stand in for somebody who did."))


def _told(
    case: Case,
    kind: str,
    *,
    by: User | None,
    at: datetime | None,
    also: Sequence[tuple[str, UUID, str]] = (),
    **data: Any,
) -> Fact:
    """The fact itself, for the units that may see the case."""
    objects = units_besides(case.handling_unit_id, case.owning_unit_id, case.complained_unit_id)
    return record(
        kind,
        by=by.pk if by else None,
        case=case.pk,
        unit=case.handling_unit_id,
        at=at,
        objects=[*objects, *also],
        **data,
    )


def _named(drawing: Drawing, problem: Problem) -> Problem:
    """With the element as the reader's language calls it."""
    node = drawing.nodes.get(problem.element_id)
    return replace(problem, element_name=str(node.words)) if node and node.words else problem


def complete_step(
    case: Case, key: str, data: Mapping[str, Decision], *, by: User | None, at: datetime
) -> Moved:
    """Finish an open step of a held case and open what follows; CaseRefused if it is not open.

    `data` is what the step decided and the drawing's conditions ask for; the fact keeps it. Refused to staff too
    while an intention is held.
    """
    need_free(case, by)
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    try:
        moved = complete(drawing, Marking.from_json(case.marking), key, dict(data))
    except StepRefused as error:
        raise CaseRefused(
            _("This step is not open now: %(reason)s") % {"reason": in_words(_named(drawing, error.problem))}
        ) from error
    open_steps = [step for step in open_steps_of(case) if step.key == key]
    step = min(open_steps, key=lambda step: step.serial, default=None)
    if step is None:
        raise CaseRefused(_("This step is not open now."))
    step.done_at, step.done_by = at, by
    update_row(step, ("done_at", "done_by"))
    happen(case, "cases.step_done", by=by, at=at, step=key, serial=step.serial, decided=written(data))
    _open_steps(case, moved, at)
    case.marking = moved.marking.to_json()
    case.step = ",".join(sorted(step.key for step in open_steps_of(case)))
    return moved


def _open_steps(case: Case, moved: Moved, at: datetime) -> None:
    for step in moved.opened:
        write_rows([(Step, [{"case_id": case.pk, "key": step.key, "serial": step.serial, "opened_at": at}])])
        happen(case, "cases.step_opened", by=None, at=at, step=step.key, serial=step.serial)


def close(case: Case, *, at: datetime) -> None:
    """End a held case; its kind's `closed` fact must have been recorded by the verb."""
    case.is_open, case.closed_at = False, at


def assign(case: Case, to: User, *, by: User | None, at: datetime | None = None) -> None:
    """Give a held case to one person; Recused where they stand aside from it."""
    if to.pk in aside(case):
        raise Recused(_("%(name)s stands aside from this case and cannot be given it.") % {"name": to.name})
    if to.pk in kept_out(case):
        raise Recused(
            _("%(name)s worked on what this case examines and cannot be given it.") % {"name": to.name}
        )
    case.handler = to
    happen(case, "cases.assigned", by=by, at=at, to=to.pk)
    LastGiven.objects.update_or_create(person=to, defaults={"at": at or timezone.now()})


def recuse(
    case: Case, person: User, *, ground: str, said: str = "", by: User, at: datetime | None = None
) -> Recusal:
    """Have somebody stand aside from a held case from now on; a handler who may not hold it loses it.

    Both are facts. CaseRefused where the person stands aside already.
    """
    at = at or timezone.now()
    _let_in(case, by)
    if case.recusals.filter(person=person).exists():
        raise CaseRefused(_("%(name)s stands aside already.") % {"name": person.name})
    made = Recusal(case=case, person=person, ground=ground, said=said, declared_by=by, declared_at=at)
    happen(case, "cases.recused", by=by, at=at, recusal=made.pk, person=person.pk, ground=ground)
    made.save(force_insert=True)
    case.people_aside = None
    case.followers.filter(person__in=aside(case)).delete()
    if case.handler_id in aside(case):
        _told(
            case, "cases.released", by=by, at=at, person=case.handler_id
        )  # even by whoever just stood aside
        case.handler = None
    return made


def note(
    case: Case,
    text: str,
    *,
    by: User | None,
    at: datetime | None = None,
    told: bool = False,
    subject: str = "",
) -> Note:
    """Write a note on a held case; the words stay in the row, the fact knows only that it was written.

    `told`: it is part of what we and the customer wrote to each other.
    """
    at = at or timezone.now()
    written = Note.objects.create(
        case=case,
        author=by,
        by_customer=by is None,
        for_customer=told,
        subject=subject,
        text=text,
        written_at=at,
    )
    happen(case, "cases.noted", by=by, at=at, note=written.pk)
    return written


def settle(case: Case, traits: Mapping[str, str], *, now: datetime | None = None) -> dict[str, ClockState]:
    """Fold the clocks of a held case from its facts, stamp what was judged, save the case.

    Verdicts are facts of their own: a breach is stamped when it was due, not when it was noticed.
    """
    now = now or timezone.now()
    known = {clock.promise: clock for clock in clocks_of(case)}
    _follow_calendar(case, traits, known, now)
    states = folded(case, traits, now, known.values())
    climbs = climbs_of(case, states, now)
    for position, (key, state) in enumerate(states.items()):
        _store(case, key, position, state, known.get(key), climbs.get(key))
    clocks: dict[str, Ticking] = {**states}
    clocks.update({clock.promise: clock for clock in known.values() if clock.stated})
    case.lane, case.next_due = attention(clocks.values(), is_open=case.is_open)
    case.version += 1
    update_row(case)
    return states


def _follow_calendar(
    case: Case, traits: Mapping[str, str], known: Mapping[str, Clock], now: datetime
) -> None:
    """Where another calendar has come into force since, the case moves on to it before anything is judged."""
    until = min(now, case.closed_at) if case.closed_at else now
    steps = shelf.successors(shelf.by_id(case.calendar_id), until)
    if not steps:
        return
    promises = applicable(shelf.parsed(shelf.by_id(case.promises_id)), traits)
    followed = follow(case, promises, moments_of(case, promises), known, steps, now)
    for clock in followed.standing:
        update_row(clock, ("calendar",))
    for moved in followed.moved:
        at = max(steps[-1].since, case.opened_at)
        _told(case, "clock.moved", by=None, at=at, **fact_of(moved, case.promises_id, case.calendar_id))


def folded(
    case: Case, traits: Mapping[str, str], now: datetime, clocks: Iterable[Clock] | None = None
) -> dict[str, ClockState]:
    """The clocks of a case as its facts say, at `now`; nothing is stored. `clocks` are its rows, where they are known."""
    promises = applicable(shelf.parsed(shelf.by_id(case.promises_id)), traits)
    pins = pins_of(clocks_of(case) if clocks is None else clocks)
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    return fold_all(promises, moments_of(case, promises), calendar, now, pins)


def _store(
    case: Case, key: str, position: int, state: ClockState, clock: Clock | None, climb_at: datetime | None
) -> None:
    if clock is not None and clock.stated:
        return  # a verdict that an imported file states is not ours to fold again
    before = clock.status if clock else None
    if clock is None and state.status == "waiting":
        return  # a promise that has not begun has no row
    if clock is None:
        write_rows([(Clock, [clock_row(case.pk, key, position, state, climb_at)])])
    elif changed := differing(clock, state, climb_at):
        for name, value in changed.items():
            setattr(clock, name, value)
        update_row(clock, tuple(changed))
    if state.status in JUDGED and state.status != before:
        record(
            "clock.judged",
            case=case.pk,
            unit=case.handling_unit_id,
            at=state.judged_at,
            promise=key,
            edition=case.promises_id,
            verdict=state.status,
            due=state.due_at,
        )


def traits_of(case: Case) -> Mapping[str, str]:
    """What the case's pack says of it for the promises' `when`."""
    return case_kind(case.kind).traits(case)
