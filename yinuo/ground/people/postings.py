"""The only writer of postings."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinuo.facts.gate import record
from yinuo.ground.people.kinds import APPOINTED, POSTING_ENDED
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.people.offices import PostingRefused, check_posting

__all__ = ["PostingRefused", "appoint", "check_appointment", "end_posting"]


@transaction.atomic
def appoint(
    user: User,
    role: str,
    unit: Unit,
    *,
    valid_from: date,
    valid_to: date | None = None,
    deputy_for: User | None = None,
    by: UUID | None = None,
) -> Posting:
    """Give a person a role in a unit from a day on (`valid_to`: the first day without it).

    A deputy must have an end and stand in for somebody who holds that role there on the first day.
    Raises PostingRefused; nothing is written then.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two appointments at once: one sees the other
    closed = (
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk).closed_on
    )  # nor while it is being closed
    if closed is not None and (valid_to is None or valid_to > closed):
        raise PostingRefused(_("The unit is closed on one of these days."), code="closed_unit")
    posting = Posting(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, deputy_for=deputy_for
    )
    check_appointment(posting)
    posting.save(force_insert=True)
    record(
        APPOINTED.name,
        by=by,
        unit=unit.pk,
        user=user.pk,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        deputy_for=posting.deputy_for_id,
    )
    return posting


def check_appointment(posting: Posting) -> None:
    """Raise PostingRefused if the posting could not be written."""
    if posting.valid_to is not None and posting.valid_to <= posting.valid_from:
        raise PostingRefused(_("The posting ends before it begins."), code="dates")
    if posting.deputy_for is not None:
        _check_deputy(posting, posting.deputy_for)
    if _same(posting).exists():
        raise PostingRefused(_("The person already holds this role there on these days."), code="again")
    check_posting(posting)


@transaction.atomic
def end_posting(posting: Posting, on: date, *, by: UUID | None = None) -> None:
    """Let a posting end: `on` is the first day without it. A posting not yet begun is deleted."""
    if on <= posting.valid_from:
        Posting.objects.filter(pk=posting.pk).delete()
    else:
        posting.valid_to = on
        posting.save(update_fields=["valid_to"])
    record(
        POSTING_ENDED.name, by=by, unit=posting.unit_id, user=posting.user_id, role=posting.role, valid_to=on
    )


def _check_deputy(posting: Posting, principal: User) -> None:
    if principal.pk == posting.user_id:
        raise PostingRefused(_("Nobody is their own deputy."), code="own_deputy")
    if posting.valid_to is None:
        raise PostingRefused(_("A deputy needs a last day."), code="deputy_without_end")
    held = Posting.objects.filter(
        Posting.on(posting.valid_from),
        user=principal,
        role=posting.role,
        unit_id=posting.unit_id,
        deputy_for=None,
    )
    if not held.exists():
        raise PostingRefused(
            _("The person to stand in for does not hold this role there."), code="nothing_to_deputise"
        )


def _same(posting: Posting) -> QuerySet[Posting]:
    same = Posting.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=posting.valid_from),
        user_id=posting.user_id,
        role=posting.role,
        unit_id=posting.unit_id,
    )
    return same if posting.valid_to is None else same.filter(valid_from__lt=posting.valid_to)
