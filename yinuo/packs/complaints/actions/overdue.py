"""Why a complaint takes longer than the first limit: a reason of the bank's list, owed before the answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, happen, hold, settle
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.overdue import overdue
from yinuo.packs.complaints.pack import traits


@transaction.atomic
def explain_overdue(
    case_id: UUID, *, reason: str, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Write the reason down, or another one while it is not answered; refused while the first limit still runs."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    found = overdue(case, at)
    if found is None or not case.is_open:
        raise CaseRefused(_("No reason is needed: the first limit has not passed."))
    if case.complaint.answered_at is not None:
        raise CaseRefused(_("It has been answered; the reason stays as it is."))
    if reason not in codes(found.promise.explain):
        raise CaseRefused(_("Choose a reason of the list."))
    case.complaint.overdue_reason = reason
    case.complaint.save(update_fields=["overdue_reason"])
    happen(case, "complaints.overdue_explained", by=by, at=at, promise=found.promise.key, reason=reason)
    settle(case, traits(case), now=at)
    return case
