"""Who may give whom a role: nobody themselves, and never alone where the role has power over everybody's access.

`people.postings` writes postings for whoever asks: the importer, the first load. People ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.facts.gate import record
from yinuo.ground.access.verbs import verbs_of
from yinuo.ground.people.kinds import POSTING_PROPOSED, PROPOSAL_DECIDED
from yinuo.ground.people.models import Posting, StaffProposal, Unit, User
from yinuo.ground.people.offices import SEPARATE_OFFICES, PostingRefused, check_held_on
from yinuo.ground.people.postings import appoint, check_appointment, end_posting

Outcome, What = StaffProposal.Outcome, StaffProposal.What


@dataclass(frozen=True, slots=True)
class Appointment:
    """A posting that somebody is to get; `valid_to` is the first day without it."""

    user: User
    role: str
    unit: Unit
    valid_from: date
    valid_to: date | None = None
    deputy_for: User | None = None


def decided_by_two(role: str) -> bool:
    """Whether a second person decides who gets this role: a separate office, or power over everybody's access."""
    return role in SEPARATE_OFFICES or any(verb.over_accounts for verb in verbs_of(role))


def check(wanted: Appointment, *, by: User) -> None:
    """Raise PostingRefused where `by` can neither give nor propose this; writes nothing."""
    if by.pk == wanted.user.pk:
        raise PostingRefused(_("Nobody gives themselves a posting."), code="oneself")
    if wanted.valid_from < timezone.localdate():
        raise PostingRefused(_("A posting begins today or later."), code="past")
    _check_account(wanted)
    _check_open(wanted)
    check_appointment(_posting(wanted))


@transaction.atomic
def give(wanted: Appointment, *, by: User) -> Posting:
    """Give the posting at once. PostingRefused where it takes two, or cannot be."""
    check(wanted, by=by)
    if decided_by_two(wanted.role):
        raise PostingRefused(_("A second person decides about this role: propose it."), code="two")
    return _appoint(wanted, by=by)


@transaction.atomic
def propose(wanted: Appointment, *, by: User) -> StaffProposal:
    """Ask for a posting that a second person decides about."""
    check(wanted, by=by)
    proposal = keep_once(StaffProposal(what=What.APPOINT, by=by, at=timezone.now(), **_columns(wanted)))
    record(
        POSTING_PROPOSED.name,
        by=by.pk,
        unit=wanted.unit.pk,
        proposal=proposal.pk,
        user=wanted.user.pk,
        role=wanted.role,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        deputy_for=wanted.deputy_for.pk if wanted.deputy_for else None,
    )
    return proposal


@transaction.atomic
def accept(proposal_id: UUID, *, by: User) -> StaffProposal:
    """Decide for a posting: it is given from its day, or from today where that has passed."""
    proposal = waiting(proposal_id, what=What.APPOINT)
    check_second(proposal, by)
    unit, begins = proposal.unit, proposal.valid_from
    if unit is None or begins is None:
        raise PostingRefused(_("This is no posting."), code="incomplete")
    begins = max(begins, timezone.localdate())
    wanted = Appointment(proposal.user, proposal.role, unit, begins, proposal.valid_to, proposal.deputy_for)
    check(wanted, by=by)
    _appoint(wanted, by=by)
    return decide(proposal, Outcome.ACCEPTED, by=by)


@transaction.atomic
def refuse(proposal_id: UUID, reason: str, *, by: User) -> StaffProposal:
    """Decide against what was proposed, for a reason."""
    proposal = waiting(proposal_id)
    check_second(proposal, by)
    return decide(proposal, Outcome.REFUSED, by=by, reason=StaffProposal.Reason(reason))


@transaction.atomic
def withdraw(proposal_id: UUID, *, by: User) -> StaffProposal:
    """Whoever proposed takes it back."""
    proposal = waiting(proposal_id)
    if by.pk != proposal.by_id:
        raise PostingRefused(_("Only who proposed this takes it back."), code="not_yours")
    return decide(proposal, Outcome.WITHDRAWN, by=by)


@transaction.atomic
def end(posting: Posting, on: date, *, by: User) -> list[Posting]:
    """Let a posting end from a day on, and with it the deputies who stood in for it; those. PostingRefused where that
    leaves a separate office to nobody."""
    User.objects.select_for_update().get(pk=posting.user_id)
    check_end(posting, on)
    falling = falling_with(posting, on)
    for each in (posting, *falling):
        end_posting(each, on, by=by.pk)
    return falling


@transaction.atomic
def check_end(posting: Posting, on: date) -> None:
    """Raise PostingRefused where the posting cannot end on that day; writes nothing."""
    if on < timezone.localdate():
        raise PostingRefused(_("A posting ends today or later."), code="past")
    if posting.valid_to is not None and posting.valid_to <= on:
        raise PostingRefused(_("The posting ends by then already."), code="ended")
    check_held_on(on, posting.role, without=[posting.pk])


def falling_with(posting: Posting, on: date) -> list[Posting]:
    """The deputies' postings that end with this one."""
    if posting.deputy_for_id is not None:
        return []
    found = Posting.objects.filter(
        deputy_for_id=posting.user_id, role=posting.role, unit_id=posting.unit_id, valid_to__gt=on
    )
    return list(found.select_related("user", "unit").order_by("valid_from"))


def waiting(proposal_id: UUID, what: str | None = None) -> StaffProposal:
    """The proposal, held; PostingRefused where somebody has decided meanwhile."""
    held = StaffProposal.objects.select_for_update().get(pk=proposal_id)
    if held.outcome != Outcome.WAITING or (what is not None and held.what != what):
        raise PostingRefused(_("This is decided already."), code="decided")
    return held


def check_second(proposal: StaffProposal, by: User) -> None:
    """Raise PostingRefused unless somebody else decides than who proposed and whom it concerns."""
    if by.pk in (proposal.by_id, proposal.user_id):
        raise PostingRefused(
            _("Somebody else decides this: neither who proposed it nor whom it concerns."), code="same_person"
        )


def decide(proposal: StaffProposal, outcome: str, *, by: User, reason: str = "") -> StaffProposal:
    """Write down what became of a proposal that the caller holds."""
    proposal.outcome, proposal.reason = outcome, reason
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    record(
        PROPOSAL_DECIDED.name,
        by=by.pk,
        proposal=proposal.pk,
        user=proposal.user_id,
        outcome=str(outcome),
        reason=str(reason) or None,
    )
    return proposal


def keep_once(proposal: StaffProposal) -> StaffProposal:
    """Write a proposal down; PostingRefused where the same waits already."""
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise PostingRefused(_("This is proposed already."), code="again") from None
    return proposal


def _check_account(wanted: Appointment) -> None:
    leaves = wanted.user.closes_on
    if not wanted.user.is_active or (leaves is not None and leaves <= wanted.valid_from):
        raise PostingRefused(_("This account is closed on that day."), code="closed_account")


def _check_open(wanted: Appointment) -> None:
    closed = wanted.unit.closed_on
    if wanted.valid_from < wanted.unit.opened_on or (closed is not None and closed <= wanted.valid_from):
        raise PostingRefused(_("The unit is not open on that day."), code="closed_unit")


def _columns(wanted: Appointment) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in wanted.__slots__}


def _posting(wanted: Appointment) -> Posting:
    return Posting(**_columns(wanted))


def _appoint(wanted: Appointment, *, by: User) -> Posting:
    return appoint(
        wanted.user,
        wanted.role,
        wanted.unit,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        deputy_for=wanted.deputy_for,
        by=by.pk,
    )
