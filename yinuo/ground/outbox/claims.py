"""Who may send which letter: claims with a lease, and the only writers of a letter's state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.ground.outbox import kinds
from yinuo.ground.outbox.models import Letter, State

LEASE = timedelta(minutes=5)
UNREACHABLE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP = timedelta(days=5)  # RFC 5321 4.5.4.1: at least four to five days

_FREE: dict[str, Any] = {"claim": None, "lease_until": None}


@transaction.atomic
def reclaim(now: datetime) -> int:
    """Settle letters whose worker vanished: not yet handed over → written again; else doubtful. How many."""
    lost = Letter.objects.select_for_update(skip_locked=True).filter(state=State.SENDING, lease_until__lt=now)
    letters = list(lost)
    for letter in letters:
        if letter.data_at is None:
            _move(letter, State.WRITTEN, next_at=now)
        else:
            _move(letter, State.DOUBTFUL, problem="worker_lost")
            _tell(kinds.DOUBTFUL.name, letter)
    return len(letters)


@transaction.atomic
def claim(now: datetime, limit: int, channel: str = "email") -> list[Letter]:
    """Take up to `limit` letters that are due; on PostgreSQL workers pass by what another is taking."""
    due = Letter.objects.filter(state=State.WRITTEN, next_at__lte=now, channel=channel)
    letters = list(due.select_for_update(skip_locked=True).order_by("next_at")[:limit])
    token = new_id()
    changes = {"state": State.SENDING, "claim": token, "lease_until": now + LEASE, "data_at": None}
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(**changes)
    for letter in letters:
        for name, value in changes.items():
            setattr(letter, name, value)
    return letters


def begin_data(letter: Letter, now: datetime) -> bool:
    """Note, in a commit of its own, that the text is about to leave; False if the claim was lost."""
    with transaction.atomic(durable=True):
        return bool(_held(letter).update(data_at=now, lease_until=now + LEASE) == 1)


@transaction.atomic
def sent(letter: Letter, now: datetime) -> None:
    """The server has taken the letter."""
    if _move(letter, State.SENT, sent_at=now, problem="", attempts=F("attempts") + 1):
        _tell(kinds.SENT.name, letter)


@transaction.atomic
def doubtful(letter: Letter) -> None:
    """The text left and no answer came: a person decides, nothing is sent twice by itself."""
    if _move(letter, State.DOUBTFUL, problem="no_answer", attempts=F("attempts") + 1):
        _tell(kinds.DOUBTFUL.name, letter)


@transaction.atomic
def failed(letter: Letter, problem: str) -> None:
    """The letter cannot be delivered; `problem` is a code."""
    if _move(letter, State.FAILED, problem=problem, attempts=F("attempts") + 1):
        _tell(kinds.FAILED.name, letter, problem=problem)


def put_back(letter: Letter, now: datetime, problem: str) -> None:
    """Try again later, each time later (1, 2, 4 … 60 minutes); after five days the letter has failed."""
    if now - letter.created_at > GIVE_UP:
        failed(letter, problem)
        return
    wait = min(timedelta(minutes=2 ** min(letter.attempts, 10)), LONGEST_WAIT)
    _move(
        letter, State.WRITTEN, next_at=now + wait, attempts=F("attempts") + 1, problem=problem, data_at=None
    )


def put_all_back(letters: list[Letter], now: datetime) -> None:
    """The server is not to be had: no letter's fault and no letter's attempt."""
    for letter in letters:
        _move(letter, State.WRITTEN, next_at=now + UNREACHABLE, problem="unreachable")


def _held(letter: Letter) -> Any:
    return Letter.objects.filter(pk=letter.pk, state=State.SENDING, claim=letter.claim)


def _move(letter: Letter, state: State, **changes: Any) -> bool:
    return bool(_held(letter).update(state=state, **_FREE, **changes) == 1)


def _tell(kind: str, letter: Letter, *, by: UUID | None = None, **more: Any) -> None:
    record(
        kind,
        by=by,
        case=letter.case_id,
        letter=letter.pk,
        template=letter.template,
        channel=letter.channel,
        **more,
    )
