"""Climbing the ladders of cases: who is told as a limit comes near and passes, and that they have seen it.

A rung is told when the background duty finds it due, which is moments after; its fact is stamped when it was due.
Rows are unique, and written under the case's lock: two workers, or one killed in between, never tell twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.clocks import applicable
from yinuo.engines.cases.heads import whom
from yinuo.engines.cases.models import Case, Clock, Note, Rung, ToldPerson
from yinuo.engines.cases.moves import CaseRefused, folded, happen, hold, settle, traits_of
from yinuo.engines.cases.rows import CASE, clocks_of, rungs_with_people, with_own
from yinuo.engines.cases.rungs import climbs_of, next_of, of_run
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.ladder import NextRung
from yinuo.engines.promises.promise import Promise
from yinuo.facts.questions import Question
from yinuo.facts.rows import update_row
from yinuo.ground.people.models import Posting, User


def climb_due(now: datetime, limit: int = 200) -> int:
    """Climb the ladders of up to `limit` cases whose next rung is due; returns how many cases were looked at.

    Several workers may run it: on PostgreSQL each skips the cases another one holds.
    """
    due = Clock.objects.filter(climb_at__lt=now).order_by("climb_at")
    return sum(
        climb(case_id, now) for case_id in dict.fromkeys(due.values_list("case_id", flat=True)[:limit])
    )


@transaction.atomic
def climb(case_id: UUID, now: datetime) -> int:
    """Tell every rung of one case that is due by now; 0 where another worker holds the case."""
    found: list[Case] = _FREE.objects(case=case_id)
    if not found:
        return 0
    case = with_own(found[0])
    traits = traits_of(case)
    if shelf.successors(shelf.by_id(case.calendar_id), now):
        settle(case, traits, now=now)  # another calendar is in force: nobody is told too early by the old one
    states = folded(case, traits, now)
    rungs = rungs_with_people(case)
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    for promise in applicable(shelf.parsed(shelf.by_id(case.promises_id)), traits):
        state = states[promise.key]
        while case.is_open and (due := next_of(promise, state, calendar, rungs)) and due.at < now:
            rungs.append(_tell(case, promise, state, due, of_run(rungs, promise.key, state), now))
    _set_out(case, states, now)
    return 1


def _free() -> QuerySet[Case]:
    cases = Case.objects.filter(pk=CASE)
    if connection.vendor != "postgresql":
        return cases
    return cases.select_for_update(skip_locked=True, of=("self",))


_FREE = Question(_free)


def _tell(
    case: Case, promise: Promise, state: ClockState, due: NextRung, before: Sequence[Rung], now: datetime
) -> Rung:
    """Write one rung down, with whom it tells; a fact at the time it was due."""
    people = [person for rung in before for person in rung.people.all()]
    told = {person.person_id for person in people} | {person.instead_of_id for person in people}
    tell = promise.ladder[due.place].tell
    run: Any = state.started_at  # a clock that climbs has started
    found = whom(case, tell, {person for person in told if person}, timezone.localdate(now))
    rung = Rung.objects.create(
        case=case, promise=promise.key, run=run, place=due.place, tell=tell,
        unit_id=found.unit, at=due.at, told_at=now,
    )  # fmt: skip
    ToldPerson.objects.bulk_create(
        ToldPerson(rung=rung, person_id=each.person, instead_of_id=each.instead_of) for each in found.people
    )
    codes = sorted(str(each.person) for each in found.people)
    happen(case, "clock.climbed", by=None, at=due.at, tell=tell, told=codes or None, **_names(case, rung))
    return rung


def _names(case: Case, rung: Rung) -> dict[str, object]:
    """What a fact calls a rung by; it counts from 1."""
    return {"promise": rung.promise, "edition": case.promises_id, "rung": rung.place + 1}


def _set_out(case: Case, states: dict[str, ClockState], now: datetime) -> None:
    """Note on every clock when its next rung is due. The case itself has not changed: its version stays."""
    climbs = climbs_of(case, states, now)
    for clock in clocks_of(case):
        if not clock.stated and clock.climb_at != climbs.get(clock.promise):
            clock.climb_at = climbs.get(clock.promise)
            update_row(clock, ("climb_at",))


@transaction.atomic
def acknowledge(rung_id: UUID, *, by: User, said: str = "", at: datetime | None = None) -> Rung:
    """Say that one has seen it; once, by somebody who was told or stands in for them today. Else CaseRefused."""
    at = at or timezone.now()
    case = hold(Rung.objects.values_list("case_id", flat=True).get(pk=rung_id))
    rung = case.rungs.select_related("acknowledged_by").get(pk=rung_id)
    if rung.acknowledged_by is not None:
        raise CaseRefused(_("%(name)s has acknowledged this already.") % {"name": rung.acknowledged_by.name})
    if rung.ended_at is not None:
        raise CaseRefused(_("Its clock has stopped: there is nothing to acknowledge any more."))
    if not rung.people.filter(person__in=_stands_for(by, at)).exists():
        raise CaseRefused(_("Only whoever was told, or stands in for them, can acknowledge this."))
    note = _words(case, said, by, at) if said.strip() else None
    happen(case, "clock.acknowledged", by=by, at=at, note=note, **_names(case, rung))
    rung.acknowledged_by, rung.acknowledged_at = by, at
    rung.save(update_fields=["acknowledged_by", "acknowledged_at"])
    _set_out(case, folded(case, traits_of(case), at), at)
    return rung


def _words(case: Case, said: str, by: User, at: datetime) -> UUID:
    """What was said with it; the fact names the note, the words stay in the row."""
    written = Note.objects.create(
        case=case, author=by, subject="acknowledged", text=said.strip(), written_at=at
    )
    return written.pk


def _stands_for(person: User, at: datetime) -> set[UUID]:
    """The person, and whom they stand in for that day."""
    posts = Posting.objects.filter(Posting.on(timezone.localdate(at)), user=person).exclude(deputy_for=None)
    return {person.pk, *posts.values_list("deputy_for_id", flat=True)}
