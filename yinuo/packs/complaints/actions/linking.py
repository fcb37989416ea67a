"""Two complaints that belong together and stay two: linked with a reason, the link taken back, or told apart for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.moves import CaseRefused, happen, hold, settle
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.pack import traits
from yinuo.packs.complaints.ties import APART, LINK, between


def hold_both(case_id: UUID, other: UUID, version: int | None) -> tuple[Case, Case]:
    """Both locked, whichever page it comes from in the same order: no two verbs wait for each other for ever."""
    if case_id == other:
        raise CaseRefused(_("That is this complaint itself."))
    held = {pk: hold(pk, version=version if pk == case_id else None) for pk in sorted((case_id, other))}
    return held[case_id], held[other]


@transaction.atomic
def link(
    case_id: UUID, *, other: UUID, why: str, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Write down that two complaints belong together, and why; nothing else changes, before or after their end."""
    at = at or timezone.now()
    case, far = hold_both(case_id, other, version)
    if why not in codes("complaint_link"):
        raise CaseRefused(_("Choose a reason of the list."))
    if between(case, far).filter(why__startswith=LINK).exists():
        raise CaseRefused(_("They are linked already."))
    Reference.objects.create(from_case=case, to_case=far, why=LINK + why)
    _tell_both(case, far, "complaints.linked", by, at, why=why)
    return case


@transaction.atomic
def unlink(
    case_id: UUID, *, other: UUID, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Take a link back, from either of the two."""
    at = at or timezone.now()
    case, far = hold_both(case_id, other, version)
    gone, _each = between(case, far).filter(why__startswith=LINK).delete()
    if not gone:
        raise CaseRefused(_("They are not linked any more."))
    _tell_both(case, far, "complaints.unlinked", by, at)
    return case


@transaction.atomic
def tell_apart(
    case_id: UUID, *, other: UUID, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Decide that two complaints only look alike: they are proposed to nobody again."""
    at = at or timezone.now()
    case, far = hold_both(case_id, other, version)
    if between(case, far).exists():
        raise CaseRefused(_("Somebody has said already how these two belong together."))
    Reference.objects.create(from_case=case, to_case=far, why=APART)
    _tell_both(case, far, "complaints.told_apart", by, at)
    return case


def _tell_both(case: Case, far: Case, kind: str, by: User, at: datetime, **said: Any) -> None:
    """The same fact on either, and both told apart from what whoever reads them had read."""
    for one, two in ((case, far), (far, case)):
        happen(one, kind, by=by, at=at, other=two.pk, **said)
        settle(one, traits(one), now=at)
