"""Handing a complaint over to another unit, and back: the same verb the other way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.handing_on import hand_on
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, hold, settle
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.people.models import Unit, User
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.pack import traits


@transaction.atomic
def hand_to_unit(
    case_id: UUID, *, unit: Unit, reason: str, words: str, by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Another unit handles it from now on, with a reason of the bank's list and in words why; its limits run on.

    Nobody has it then: whoever may handle complaints in that unit is told, and one of them claims it.
    """
    at, words = at or timezone.now(), words.strip()
    case = hold(case_id, version=version)
    if not case.is_open:
        raise CaseRefused(_("A closed complaint is not handed over."))
    if reason not in codes("complaint_handing_on"):
        raise CaseRefused(_("Choose a reason of the list."))
    if not words:
        raise CaseRefused(_("Write down why another unit is to handle it."))
    roles = verb_named("complaints.handle").roles
    hand_on(case, unit, roles=roles, reason=reason, words=words, by=by, at=at)
    settle(case, traits(case), now=at)
    return case
