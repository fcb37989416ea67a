"""Bulk acts: one verb done to many cases, each in a transaction of its own and with a result of its own.

A pack declares which of its verbs can be done so. Whoever does it chooses the cases (`choose` fixes them), says what
the verb needs and begins; a few are done in the request, more by a job, which waits ten seconds first: until then
nothing is done and all of it can be taken back. Every guard of the verb is asked for every row, as the row's turn
comes. What was refused stays refused with its reason and harms no other row; what was done is never done again,
whoever goes on with it: the row's own state changes in the transaction that does it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinuo.engines.cases.bulk_acts import BulkAct, BulkRow
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.facts.gate import part_of, record
from yinuo.ground.access.reach import Reach, reach_of
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.run import ask_to_cancel, enqueue_later, resume
from yinuo.ground.people.models import User

JOB = "cases.bulk"
MOST = 500  # cases of one act
IN_REQUEST = 25  # so many are done while the reader waits
HELD = timedelta(seconds=10)  # before a job begins
FORGOTTEN = timedelta(days=1)  # what was chosen and never begun

Given = Mapping[str, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """A verb of a kind of case that can be done to many at once.

    `act(case id, by=, **given)` raises CaseRefused when it cannot be. `visible` are the cases a reader may see, `may`
    says whether the reader may do it to one of them. `unmet` says why a case refuses it whatever is given, so that it
    can be told beforehand ("" where nothing is known against it); the act guards itself all the same. `read` makes of
    `given`, as it was kept, what the act takes.
    """

    kind: str
    name: str
    act: Callable[..., Any]
    visible: Callable[[Reach], QuerySet[Case]]
    may: Callable[[Reach, Case], bool]
    unmet: Callable[[Case], str] = lambda case: ""
    read: Callable[[Given], Given] = dict


class TooMany(Exception):
    """More cases than one act may have."""


_verbs: dict[tuple[str, str], BulkVerb] = {}


def declare_bulk_verb(verb: BulkVerb) -> None:
    """Make a verb known to whoever goes on with an act, the background process too."""
    _verbs[verb.kind, verb.name] = verb


def bulk_verb(kind: str, name: str) -> BulkVerb:
    """The declared verb; KeyError names one that nobody declared."""
    return _verbs[kind, name]


@transaction.atomic
def choose(
    verb: BulkVerb, cases: Sequence[UUID], *, by: User, language: str, asked: str = "", given: Given | None = None
) -> BulkAct | None:  # fmt: skip
    """Fix which cases, in this order and of these only what the person sees: None for nothing, TooMany above MOST.

    Nothing is done yet.
    """
    seen = set(verb.visible(reach_of(by)).filter(pk__in=cases).values_list("pk", flat=True))
    chosen = [case for case in dict.fromkeys(cases) if case in seen]
    if len(chosen) > MOST:
        raise TooMany
    if not chosen:
        return None
    now = timezone.now()
    BulkAct.objects.filter(by=by, begun_at=None, chosen_at__lt=now - FORGOTTEN).delete()
    act = BulkAct(kind=verb.kind, verb=verb.name, by=by, language=language, asked=asked, chosen_at=now)
    act.given = given or {}
    act.save(force_insert=True)
    BulkRow.objects.bulk_create(
        BulkRow(act=act, case_id=case, position=position) for position, case in enumerate(chosen, 1)
    )
    return act


def acts_of(person: User, kind: str) -> QuerySet[BulkAct]:
    """Whoever chose the cases of an act sees it, nobody else."""
    return BulkAct.objects.filter(by=person, kind=kind)


def refusal(verb: BulkVerb, case: Case | None, reach: Reach) -> str:
    """Why the verb is refused to a case (None: out of the reader's sight) before it is tried; "" if nothing is known."""
    if case is None:
        return _("It is not there for you any more.")
    if not verb.may(reach, case):
        return _("You may not do this in the unit that handles it.")
    return verb.unmet(case)


@transaction.atomic
def begin(act: BulkAct, given: Given) -> bool:
    """Begin a prepared act; False where it was begun before. Few rows are for `carry_out`, more go to a job."""
    now = timezone.now()
    if not BulkAct.objects.filter(pk=act.pk, begun_at=None).update(begun_at=now):
        return False
    act.begun_at, act.given, rows = now, given, act.rows.count()
    act.save(update_fields=["kept"])
    record("cases.bulk_begun", by=act.by_id, act=act.pk, verb=f"{act.kind}.{act.verb}", cases=rows)
    if rows > IN_REQUEST:
        act.job = enqueue_later(HELD, JOB, by=act.by_id, act=str(act.pk))
        act.save(update_fields=["job"])
    return True


def carry_out(act: BulkAct, before: Callable[[int], None] = lambda done: None) -> None:
    """Do a begun act to every row that waits; `before(how many have ended)` is called ahead of each and may raise."""
    verb, by = bulk_verb(act.kind, act.verb), User.objects.get(pk=act.by_id)
    ended = act.rows.exclude(state=BulkRow.State.WAITING).count()
    with override(act.language):
        given = verb.read(act.given)
        for place, row in enumerate(_waiting(act).order_by("position"), ended):
            before(place)
            _try(verb, row, by, given)


def _waiting(act: BulkAct) -> QuerySet[BulkRow]:
    return act.rows.filter(state=BulkRow.State.WAITING)


def _try(verb: BulkVerb, row: BulkRow, by: User, given: Given) -> None:
    """One row: done with all that belongs to it, or refused and as if nothing had been."""
    try:
        with transaction.atomic(), part_of(row.act_id):
            _do(verb, row, by, given)
    except CaseRefused as error:
        _end(row, BulkRow.State.REFUSED, str(error))
    except Exception:
        log.exception("bulk act %s, case %s", row.act_id, row.case_id)
        _end(row, BulkRow.State.REFUSED, _("Something went wrong that nobody foresaw; nothing was changed."))


def _do(verb: BulkVerb, row: BulkRow, by: User, given: Given) -> None:
    if not _end(row, BulkRow.State.DONE):
        return  # somebody else goes on with the same act and was here before
    reach = reach_of(by)
    case = verb.visible(reach).filter(pk=row.case_id).first()
    if reason := refusal(verb, case, reach):
        raise CaseRefused(reason)
    verb.act(row.case_id, by=by, **given)


def _end(row: BulkRow, state: BulkRow.State, reason: str = "") -> bool:
    """Whether the row waited until now."""
    waits = BulkRow.objects.filter(pk=row.pk, state=BulkRow.State.WAITING)
    return bool(waits.update(state=state, reason=reason, ended_at=timezone.now()))


def bulk_job(ctx: JobContext, act: str) -> dict[str, int]:
    """The job of an act with many rows: stops between two rows when asked to, goes on where it stopped."""
    found = BulkAct.objects.get(pk=UUID(act))
    total = found.rows.count()

    def before(done: int) -> None:
        ctx.progress(done, total)
        ctx.stop_if_cancelled()

    carry_out(found, before)
    return {str(state): found.rows.filter(state=state).count() for state in BulkRow.State}


def stop(act: BulkAct) -> None:
    """Take back what has not begun, or stop before the next row; what was done stays done."""
    if act.job_id is not None:
        ask_to_cancel(act.job_id)


def go_on(act: BulkAct) -> None:
    """Go on with the rows that wait: after a stop, or where a request or a worker was cut off."""
    if act.begun_at is None:
        return
    if act.job_id is not None:
        resume(act.job_id)
    else:
        carry_out(act)


def again(act: BulkAct) -> BulkAct | None:
    """Prepare the same act for the rows that were refused, as far as the person still sees them; None for none."""
    refused = act.rows.filter(state=BulkRow.State.REFUSED).order_by("position")
    cases = list(refused.values_list("case_id", flat=True))
    return choose(
        bulk_verb(act.kind, act.verb), cases, by=act.by, language=act.language, asked=act.asked, given=act.given
    )  # fmt: skip
