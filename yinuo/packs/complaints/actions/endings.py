"""Other ends than an answer: the customer takes it back, or we say with reasons that we do not take it on.

And going on after an end, on a reason of the bank's list.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinuo.engines.cases import endings
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, assign, close, complete_step, happen, hold, note, settle
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import codes, label
from yinuo.packs.complaints.actions.handling import sealed
from yinuo.packs.complaints.actions.letters import moment, send
from yinuo.packs.complaints.models import Complaint, Ending
from yinuo.packs.complaints.pack import traits

# The one reason that undoes an end which was no answer; every other reason is for what was handled.
OWN_REASON = {Ending.WITHDRAWN: "taken-back", Ending.REFUSED: "wrongly-refused"}
AFTER_REVIEW = "review"  # the reason that nobody chooses: the higher unit has changed the answer


@transaction.atomic
def withdraw(
    case_id: UUID, *, said: str = "", by: User | None, version: int | None = None, at: datetime | None = None,
    letters: bool = True,
) -> Case:  # fmt: skip
    """The customer takes it back, and the process ends at once; promises not broken by now lapse.

    By the customer (`by` None) `said` is what they wrote, if anything; by staff it must tell how the customer said so.
    """
    at, said = at or timezone.now(), said.strip()
    case = hold(case_id, version=version)
    if by is not None and not said:
        raise CaseRefused(_("Write down how the customer said so."))
    if case.complaint.answered_at is not None:
        raise CaseRefused(_("It was answered already: there is nothing left to withdraw."))
    endings.abandon(case, by=by, at=at)
    leave_redress(case, at)
    if said:
        note(case, said, by=by, at=at, told=by is None, subject="withdrawal")
    letter = send(case, "withdrawal", {"received": moment(case.opened_at)}, at) if letters else None
    happen(
        case, "complaints.withdrawn", by=by, at=at,
        by_customer=by is None, letter=letter, words=sealed(case, said) if said else None,
    )  # fmt: skip
    return _ended(case, Ending.WITHDRAWN, at)


@transaction.atomic
def refuse(
    case_id: UUID, *, reason: str, words: str, by: User, version: int | None = None, at: datetime | None = None,
    letters: bool = True,
) -> Case:  # fmt: skip
    """Do not take it on, in place of accepting it: the customer is told why, and where else they can turn."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if reason not in codes("complaint_refusal"):
        raise CaseRefused(_("Choose a reason of the list."))
    moved = complete_step(case, "register", {"refused": True}, by=by, at=at)
    if not moved.done:
        raise CaseRefused(_("Its process has no way to refuse acceptance."))
    if case.handler_id is None:
        assign(case, by, by=by, at=at)
    with override(case.language):
        told = f"{label('complaint_refusal', reason)}\n\n{words}"
    gaps = {"reason": told, "received": moment(case.opened_at)}
    letter = send(case, "refusal", gaps, at) if letters else None
    note(case, told, by=by, at=at, told=True, subject="answer")
    happen(case, "complaints.refused", by=by, at=at, reason=reason, letter=letter, words=sealed(case, told))
    close(case, at=at)
    return _ended(case, Ending.REFUSED, at)


@transaction.atomic
def reopen(
    case_id: UUID, *, reason: str, said: str, by: User, version: int | None = None, at: datetime | None = None,
    letters: bool = True,
) -> Case:  # fmt: skip
    """Open an ended complaint again; the work goes on with the investigation, or with the
    grading where it never came so far, and a promise of its own runs.

    What was withdrawn or not accepted is opened again for its own reason only, and that reason is for nothing else.
    CaseRefused too for what a file states to be closed: nobody here knows its course.
    """
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not case.is_open and case.closed_at is None:
        raise CaseRefused(_("A file states that it is closed; it was never handled here."))
    if reason not in reasons_to_reopen(case.complaint.ending):
        raise CaseRefused(_("This reason is not for a complaint that ended so."))
    return open_again(case, reason=reason, said=said, by=by, at=at, letters=letters)


def open_again(case: Case, *, reason: str, said: str, by: User, at: datetime, letters: bool) -> Case:
    """Open a held, ended complaint again: the investigation, the promise of its own, the letter."""
    complaint = case.complaint
    ended = complaint.ending
    endings.reopen(case, _goes_on_at(complaint), by=by, at=at)
    complaint.ending, complaint.reopened_at, complaint.answered_at = "", at, None
    complaint.handling_days = complaint.handling_minutes = None
    complaint.save(
        update_fields=["ending", "reopened_at", "answered_at", "handling_days", "handling_minutes"]
    )
    note(case, said, by=by, at=at, subject="reopening")
    happen(case, "complaints.reopened", by=by, at=at, reason=reason, ending=ended)
    states = settle(case, traits(case), now=at)
    if letters:
        with override(case.language):
            why = label("complaint_reopening", reason)
        again = states.get("reanswer")
        send(case, "reopening", {"reason": why, "answer_by": moment(again.due_at if again else None)}, at)
    return case


def _goes_on_at(complaint: Complaint) -> str:
    """What was never graded is graded first: nothing can be answered before."""
    return "investigate" if complaint.level and complaint.business else "grade"


def reasons_to_reopen(ending: str) -> frozenset[str]:
    """The codes with which a complaint that ended so may be opened again; a merged one is separated instead."""
    if ending == Ending.MERGED:
        return frozenset()
    known, own = codes("complaint_reopening"), frozenset((*OWN_REASON.values(), AFTER_REVIEW))
    if ending in OWN_REASON:
        return known & {OWN_REASON[Ending(ending)]}
    return known - own


def leave_redress(case: Case, at: datetime) -> None:
    """What was proposed and not decided is neither granted nor refused."""
    case.complaint.redresses.filter(granted=None, decided_at=None).update(decided_at=at)


def _ended(case: Case, ending: Ending, at: datetime) -> Case:
    case.complaint.ending = ending
    case.complaint.save(update_fields=["ending"])
    settle(case, traits(case), now=at)
    return case
