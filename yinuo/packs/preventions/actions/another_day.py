"""Another day in mid-round: an earlier one holds at once, a later one once somebody else granted it, and both in time.

Whoever owns a prevention could else move the day on from week to week and never be late. After the day has passed
nothing takes its place: what is late stays late, and another day comes with another round.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import approvals
from yinuo.engines.cases.models import Case, Note
from yinuo.engines.cases.moves import CaseRefused, folded, happen, settle, traits_of
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.promise import Promise
from yinuo.ground.people.models import User
from yinuo.packs.preventions.actions.rounds import check_day, held, its_own, latest_round
from yinuo.packs.preventions.pack import ANOTHER_DAY as WHAT
from yinuo.packs.preventions.pack import DAY_GIVEN


def due_by(case: Case, states: Mapping[str, ClockState]) -> datetime | None:
    """When the day set ends, while another one can take its place; None once it has passed, or no clock runs to it."""
    promises: list[Promise] = shelf.parsed(shelf.by_id(case.promises_id))
    for promise in promises:
        state = states.get(promise.key)
        if DAY_GIVEN in promise.until and state is not None and state.status == "running":
            return state.due_at
    return None


@transaction.atomic
def ask_day(
    case_id: UUID, *, due_on: date, words: str, by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Set an earlier day, or ask for a later one; with a reason, while the present one has not passed."""
    at, words = at or timezone.now(), words.strip()
    case = held(case_id, version)
    if due_by(case, folded(case, traits_of(case), at)) is None:
        raise CaseRefused(
            _("No other day can be set: nothing is being carried out, or the day set has passed.")
        )
    if approvals.waiting(case, WHAT) is not None:
        raise CaseRefused(_("A later day has been asked for already and waits for a decision."))
    if not words:
        raise CaseRefused(_("Write down why it is another day."))
    check_day(due_on, timezone.localdate(at))
    round_ = latest_round(case)
    if due_on == round_.due_on:
        raise CaseRefused(_("This is the day that is set already."))
    if due_on < round_.due_on:
        _give(case, due_on, words, author=by, by=by, at=at)
    else:
        asked = {"number": round_.number, "due": due_on.isoformat()}
        approvals.ask(case, WHAT, reason=words, by=by, at=at, asked=asked)
    settle(case, traits_of(case), now=at)
    return case


@transaction.atomic
def decide_day(
    case_id: UUID, *, granted: bool, said: str = "", by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Grant the later day, or refuse it. Once the present one has passed it can only be refused: late is late."""
    at = at or timezone.now()
    case = held(case_id, version)
    runs = due_by(case, folded(case, traits_of(case), at)) is not None
    approval = approvals.decide(case, WHAT, granted=granted, by=by, at=at, said=said.strip())
    if by.pk in its_own(case, timezone.localdate(at)):
        raise CaseRefused(
            _("Whoever owns the prevention, or stands in for them, does not decide on its day.")
        )
    if granted:
        if not runs:
            raise CaseRefused(_("The day set has passed meanwhile: a later one can only be refused now."))
        due_on = date.fromisoformat(approval.asked["due"])
        _give(case, due_on, approval.reason, author=approval.asked_by, by=by, at=at)
    settle(case, traits_of(case), now=at)
    return case


def _give(case: Case, due_on: date, words: str, *, author: User, by: User, at: datetime) -> None:
    """The day is another one from now on; the words are those of whoever wanted it."""
    round_ = latest_round(case)
    round_.due_on = due_on
    round_.save(update_fields=["due_on"])
    note = Note.objects.create(case=case, author=author, subject=WHAT, text=words, written_at=at)
    happen(case, DAY_GIVEN, by=by, at=at, number=round_.number, due=due_on, note=note.pk)
