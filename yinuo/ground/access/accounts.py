"""Accounts made, closed from a day on, and opened again by two.

Closing ends every posting on that day, so that nothing can be done any more at its first moment, whatever else runs;
`close_due` then takes away password, factors and sessions, and tells whoever keeps more (`account_closed`).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.facts.gate import record
from yinuo.ground.access.appointments import (
    Outcome,
    What,
    check_second,
    decide,
    falling_with,
    keep_once,
    waiting,
)
from yinuo.ground.factors import second
from yinuo.ground.people import passwords, whereabouts
from yinuo.ground.people.kinds import ACCOUNT_CLOSED, ACCOUNT_REOPENED, PERSON_MADE, REOPENING_PROPOSED
from yinuo.ground.people.models import Posting, StaffProposal, User
from yinuo.ground.people.offices import SEPARATE_OFFICES, PostingRefused, check_held_on
from yinuo.ground.people.postings import end_posting

account_closed = Signal()  # sent in the transaction, with `user` and `by` (None where the day came)


@transaction.atomic
def make_person(username: str, *, name: str, staff_number: str, language: str, by: User) -> tuple[User, str]:
    """An account and its initial password, told once. ValidationError names the column at fault."""
    user = User.objects.create_user(username, None, name=name, staff_number=staff_number, language=language)
    record(PERSON_MADE.name, by=by.pk, user=user.pk)
    return user, passwords.reset(user, by=by)


@transaction.atomic
def check_close(user: User, on: date, *, by: User) -> None:
    """Raise PostingRefused where `by` cannot close the account on that day; writes nothing."""
    if user.pk == by.pk:
        raise PostingRefused(_("Nobody closes their own account."), code="oneself")
    if on < timezone.localdate():
        raise PostingRefused(_("An account closes today or later."), code="ended")
    if not user.is_active:
        raise PostingRefused(_("This account is closed already."), code="ended")
    for role in sorted(SEPARATE_OFFICES & set(lasting(user, on).values_list("role", flat=True))):
        check_held_on(on, role, but_for=user.pk)


@transaction.atomic
def close(user: User, on: date, *, by: User) -> None:
    """Close an account: `on` is the first day without it."""
    held = User.objects.select_for_update().get(pk=user.pk)
    check_close(held, on, by=by)
    _end_postings(held, on, by=by.pk)
    held.closes_on = on
    held.save(update_fields=["closes_on"])
    record(ACCOUNT_CLOSED.name, by=by.pk, user=held.pk, closes_on=on)
    if on <= timezone.localdate():
        _lock_out(held, by=by)


def close_due(now: datetime) -> int:
    """Lock out everybody whose day has come; how many."""
    due = User.objects.filter(is_active=True, closes_on__lte=timezone.localdate(now)).values_list(
        "pk", flat=True
    )
    return sum(_close_one(each, timezone.localdate(now)) for each in list(due))


@transaction.atomic
def propose_reopening(user: User, *, by: User) -> StaffProposal:
    """Ask that an account be opened again, as by mistake or for somebody who comes back."""
    if user.pk == by.pk:
        raise PostingRefused(_("Nobody opens their own account again."), code="oneself")
    if user.is_active and user.closes_on is None:
        raise PostingRefused(_("This account is in use."), code="in_use")
    proposal = keep_once(StaffProposal(what=What.REOPEN, user=user, by=by, at=timezone.now()))
    record(REOPENING_PROPOSED.name, by=by.pk, proposal=proposal.pk, user=user.pk)
    return proposal


@transaction.atomic
def accept_reopening(proposal_id: UUID, *, by: User) -> StaffProposal:
    """The second of the two: the account can be used again, without postings, password and factors of before."""
    proposal = waiting(proposal_id, what=What.REOPEN)
    check_second(proposal, by)
    user = User.objects.select_for_update().get(pk=proposal.user_id)
    user.is_active, user.closes_on = True, None
    user.save(update_fields=["is_active", "closes_on"])
    record(ACCOUNT_REOPENED.name, by=by.pk, user=user.pk, proposed_by=proposal.by_id)
    return decide(proposal, Outcome.ACCEPTED, by=by)


def lasting(user: User, on: date) -> QuerySet[Posting]:
    """The person's postings that would last beyond the day before."""
    return Posting.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), user=user).select_related(
        "unit", "user"
    )


@transaction.atomic
def _close_one(user_id: UUID, today: date) -> bool:
    held = User.objects.select_for_update().get(pk=user_id)
    if not held.is_active or held.closes_on is None or held.closes_on > today:
        return False  # somebody was faster, or opened it again
    _end_postings(held, held.closes_on, by=None)
    _lock_out(held, by=None)
    return True


def _end_postings(user: User, on: date, *, by: UUID | None) -> None:
    for posting in lasting(user, on):
        for each in (posting, *falling_with(posting, on)):
            end_posting(each, on, by=by)


def _lock_out(user: User, *, by: User | None) -> None:
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    second.drop(user)
    whereabouts.end_sessions(user.pk, by=by.pk if by else None, why=whereabouts.CLOSED)
    account_closed.send(User, user=user, by=by)
