"""What others find out about a complaint once it is answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import happen, hold, settle
from yinuo.ground.people.models import User
from yinuo.packs.complaints.actions.endings import AFTER_REVIEW, open_again
from yinuo.packs.complaints.actions.handling import finish
from yinuo.packs.complaints.models import CalledBack
from yinuo.packs.complaints.pack import traits


@transaction.atomic
def called_back(case_id: UUID, *, call_back: UUID, outcome: str, at: datetime) -> Case:
    """Write down how the call-back about a complaint ended; ValueError for an outcome that is none."""
    case = hold(case_id)
    case.complaint.called_back = CalledBack(outcome)
    case.complaint.save(update_fields=["called_back"])
    happen(case, "complaints.called_back", by=None, at=at, call_back=call_back, outcome=outcome)
    settle(case, traits(case))  # as of today: it may have been opened again since the call
    return case


@transaction.atomic
def review_asked(case_id: UUID, *, review: UUID, at: datetime) -> Case:
    """Write down that a review of the answer was asked for."""
    case = hold(case_id)
    happen(case, "complaints.review_asked", by=None, at=at, review=review)
    settle(case, traits(case))
    return case


@transaction.atomic
def reviewed(
    case_id: UUID, *, review: UUID, outcome: str, again: bool, said: str, by: User, at: datetime,
    letters: bool = True,
) -> Case:  # fmt: skip
    """Write down how the review of the answer ended; `again` opens the complaint again, for the review's own reason.

    An answer that is not filed yet is filed first. Where somebody opened it again meanwhile, it is open already.
    """
    case = hold(case_id)
    happen(case, "complaints.reviewed", by=by, at=at, review=review, outcome=outcome)
    settle(case, traits(case))
    if again and case.is_open and "close" in case.step.split(","):
        case = finish(case.pk, by=by, at=at)
    if again and not case.is_open:
        open_again(case, reason=AFTER_REVIEW, said=said, by=by, at=at, letters=letters)
    return case


@transaction.atomic
def prevented(case_id: UUID, *, prevention: UUID, at: datetime) -> Case:
    """Write down that a prevention was opened from it."""
    case = hold(case_id)
    happen(case, "complaints.prevented", by=None, at=at, prevention=prevention)
    settle(case, traits(case))
    return case


@transaction.atomic
def prevention_measured(case_id: UUID, *, prevention: UUID, verdict: str, at: datetime) -> Case:
    """Write down what the measure of its prevention said."""
    case = hold(case_id)
    happen(case, "complaints.prevention_measured", by=None, at=at, prevention=prevention, verdict=verdict)
    settle(case, traits(case))
    return case
