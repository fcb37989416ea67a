"""What others find out about a complaint once it is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import happen, hold, settle
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
