"""Two complaints that are the same: the later goes into the earlier, which is answered for both; or apart again.

Merging must gain nobody time. The earlier one's clocks run on; the later one's lapse, broken ones stay broken. Where a
limit of the later would end before that of the earlier (which was given more time, waits for the customer, or is
looked into once more) there is no merging. Separated again, the later one's clocks stand as if nothing had happened:
its promises say that the one fact takes the other back, so what ran out meanwhile is broken when it was due.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import endings
from yinuo.engines.cases.clocks import applicable
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.moves import CaseRefused, folded, happen, settle
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState
from yinuo.ground.people.models import User
from yinuo.packs.complaints.actions.endings import leave_redress
from yinuo.packs.complaints.actions.letters import moment, send
from yinuo.packs.complaints.actions.linking import hold_both
from yinuo.packs.complaints.models import Ending
from yinuo.packs.complaints.pack import traits
from yinuo.packs.complaints.ties import APART, MERGED, between, leading

ANSWERED = "complaints.answered"
GOING_ON = ("running", "paused")


@transaction.atomic
def merge(
    case_id: UUID, *, other: UUID, by: User, version: int | None = None, at: datetime | None = None,
    letters: bool = True,
) -> Case:  # fmt: skip
    """Merge a complaint into the earlier one, `other`; it ends, and the customer is told which one goes on."""
    at = at or timezone.now()
    case, first = hold_both(case_id, other, version)
    _refuse_what_differs(case, first)
    _refuse_what_gains_time(case, first, at)
    between(case, first).filter(why=APART).delete()
    Reference.objects.create(from_case=case, to_case=first, why=MERGED)
    endings.abandon(case, by=by, at=at)
    leave_redress(case, at)
    gaps = {"leading": first.number, "received": moment(case.opened_at), "legal_by": _legal_by(first, at)}
    letter = send(case, "merging", gaps, at) if letters else None
    happen(case, "complaints.merged", by=by, at=at, other=first.pk, letter=letter)
    happen(first, "complaints.merged_in", by=by, at=at, other=case.pk)
    case.complaint.ending = Ending.MERGED
    case.complaint.save(update_fields=["ending"])
    for each in (case, first):
        settle(each, traits(each), now=at)
    return case


def _refuse_what_differs(case: Case, first: Case) -> None:
    """Only two open complaints of one customer, to the same people's eyes, the later into the earlier."""
    if case.customer_id is None or case.customer_id != first.customer_id:
        raise CaseRefused(_("Only complaints of the same known customer are merged; others can be linked."))
    if (case.opened_at, case.number) <= (first.opened_at, first.number):
        raise CaseRefused(_("The later complaint goes into the earlier one: do it on the page of the later."))
    if not (case.is_open and first.is_open):
        raise CaseRefused(_("One of the two has ended."))
    if case.complaint.answered_at or first.complaint.answered_at:
        raise CaseRefused(_("One of the two is answered already."))
    if case.referred_by.filter(why=MERGED).exists():
        raise CaseRefused(_("Others were merged into this one: separate them first."))
    if _aside(case) != _aside(first):
        raise CaseRefused(
            _("Not the same people stand aside from both: merged, somebody could see too much.")
        )


def _aside(case: Case) -> set[UUID]:
    return {recusal.person_id for recusal in case.recusals.all()}


def _refuse_what_gains_time(case: Case, first: Case, at: datetime) -> None:
    """What an answer to the later would have kept, an answer to the earlier must keep, and no later."""
    theirs = folded(first, traits(first), at)
    promises = applicable(shelf.parsed(shelf.by_id(case.promises_id)), traits(case))
    answering = {promise.key for promise in promises if ANSWERED in promise.stops}
    for key, state in folded(case, traits(case), at).items():
        if key in answering and state.status in GOING_ON and not _as_soon(theirs.get(key), state):
            raise CaseRefused(
                _(
                    "Merged, it would have more time: a limit of the earlier complaint ends later than its own."
                )
            )


def _legal_by(case: Case, at: datetime) -> str:
    """Until when the law wants an answer; a limit that lapsed ends when it would have ended."""
    legal = folded(case, traits(case), at).get("legal")
    return moment(legal.due_at if legal else None)


def _as_soon(theirs: ClockState | None, own: ClockState) -> bool:
    if theirs is None or theirs.stopped_at is not None or theirs.due_at is None or own.due_at is None:
        return False
    return theirs.due_at <= own.due_at


@transaction.atomic
def separate(
    case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None, letters: bool = True
) -> Case:
    """Take a merging back while nobody is answered: it goes on where it stood, its clocks as if never merged."""
    at = at or timezone.now()
    merged_into = leading(Case.objects.select_related("complaint").get(pk=case_id))
    if merged_into is None:
        raise CaseRefused(_("It is not merged into another complaint."))
    case, first = hold_both(case_id, merged_into.pk, version)
    if not first.is_open or first.complaint.answered_at is not None:
        raise CaseRefused(
            _("The complaint it was merged into is answered or has ended, and so has this one.")
        )
    gone, _each = between(case, first).filter(why=MERGED).delete()
    if not gone:
        raise CaseRefused(_("It is not merged into another complaint."))
    endings.restore(case, by=by, at=at)
    case.complaint.ending = ""
    case.complaint.save(update_fields=["ending"])
    gaps = {"leading": first.number, "received": moment(case.opened_at), "legal_by": _legal_by(case, at)}
    letter = send(case, "separation", gaps, at) if letters else None
    happen(case, "complaints.separated", by=by, at=at, other=first.pk, letter=letter)
    happen(first, "complaints.parted", by=by, at=at, other=case.pk)
    for each in (case, first):
        settle(each, traits(each), now=at)
    return case
