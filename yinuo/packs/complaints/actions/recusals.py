"""Who has nothing to do with a complaint: named by a colleague, or by oneself. From then on nobody gets round it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, hold, recuse, settle
from yinuo.engines.cases.recusal import COMPLAINED_OF
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.pack import traits


@transaction.atomic
def name_complained_of(
    case_id: UUID, *, people: Sequence[User], said: str = "", by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Write down which colleagues the complaint is about; whoever of them handles it loses it."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not people:
        raise CaseRefused(_("Name at least one colleague."))
    for person in sorted(
        people, key=lambda person: person == by
    ):  # oneself last: afterwards one may do nothing
        recuse(case, person, ground=COMPLAINED_OF, said=said, by=by, at=at)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def declare_conflict(
    case_id: UUID, *, ground: str, said: str, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Stand aside oneself, with a ground of the bank's list and in words why."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if ground == COMPLAINED_OF or ground not in codes("complaint_recusal"):
        raise CaseRefused(_("Choose a ground of the list."))
    recuse(case, by, ground=ground, said=said, by=by, at=at)
    settle(case, traits(case), now=at)
    return case
