"""Who may send which letter: claims with a lease, and the only writers of a letter's state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from yinuo.facts.gate import fact_row, record_all
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
    for letter in letters:  # each under its own worker's claim
        if letter.data_at is None:
            _move([letter], State.WRITTEN, next_at=now)
        else:
            _tell(kinds.DOUBTFUL.name, _move([letter], State.DOUBTFUL, problem="worker_lost"))
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


def begin_data(letters: Sequence[Letter], now: datetime) -> list[Letter]:
    """Note that the texts of these letters are about to leave; those whose claim still holds.

    The caller commits before the first byte goes out.
    """
    held = _held(letters)
    Letter.objects.filter(pk__in=held).update(data_at=now, lease_until=now + LEASE)
    return [letter for letter in letters if letter.pk in held]


@transaction.atomic
def sent(letters: Sequence[Letter], now: datetime) -> None:
    """The server has taken these letters."""
    moved = _move(letters, State.SENT, sent_at=now, problem="", attempts=F("attempts") + 1)
    _tell(kinds.SENT.name, moved)


@transaction.atomic
def doubtful(letters: Sequence[Letter], problem: str) -> None:
    """The texts left and no answer came: a person decides, nothing is sent twice by itself."""
    _tell(kinds.DOUBTFUL.name, _move(letters, State.DOUBTFUL, problem=problem, attempts=F("attempts") + 1))


@transaction.atomic
def doubt_what_waits(problem: str) -> int:
    """Nobody knows any more which waiting letters have left, as after a restore: a person decides; how many."""
    waiting = Letter.objects.filter(state__in=(State.WRITTEN, State.SENDING))
    letters = list(waiting.select_for_update())
    waiting.update(state=State.DOUBTFUL, problem=problem, **_FREE)
    _tell(kinds.DOUBTFUL.name, letters)
    return len(letters)


@transaction.atomic
def failed(letter: Letter, problem: str) -> None:
    """The letter cannot be delivered; `problem` is a code."""
    moved = _move([letter], State.FAILED, problem=problem, attempts=F("attempts") + 1)
    _tell(kinds.FAILED.name, moved, problem=problem)


@transaction.atomic
def put_back(letter: Letter, now: datetime, problem: str) -> None:
    """Try again later, each time later (1, 2, 4 … 60 minutes); after five days the letter has failed."""
    if now - letter.created_at > GIVE_UP:
        failed(letter, problem)
        return
    wait = min(timedelta(minutes=2 ** min(letter.attempts, 10)), LONGEST_WAIT)
    changes = {"next_at": now + wait, "attempts": F("attempts") + 1, "problem": problem, "data_at": None}
    _move([letter], State.WRITTEN, **changes)


@transaction.atomic
def put_all_back(letters: Sequence[Letter], now: datetime) -> None:
    """The server is not to be had: no letter's fault and no letter's attempt."""
    _move(letters, State.WRITTEN, next_at=now + UNREACHABLE, problem="unreachable", data_at=None)


def _held(letters: Sequence[Letter]) -> set[UUID]:
    """Those of the letters, taken by one claim, that this claim still holds; nobody else moves them meanwhile."""
    if not letters:
        return set()
    mine = Letter.objects.filter(pk__in=[letter.pk for letter in letters], claim=letters[0].claim)
    return set(mine.filter(state=State.SENDING).select_for_update().values_list("pk", flat=True))


def _move(letters: Sequence[Letter], state: State, **changes: Any) -> list[Letter]:
    """Bring the letters still held into a state and let go of them; which they were."""
    held = _held(letters)
    if held:
        Letter.objects.filter(pk__in=held).update(state=state, **_FREE, **changes)
    return [letter for letter in letters if letter.pk in held]


def _tell(kind: str, letters: Sequence[Letter], **more: Any) -> None:
    now = datetime.now(UTC)
    rows = [
        fact_row(
            kind, recorded_at=now, case=letter.case_id, letter=letter.pk, template=letter.template,
            channel=letter.channel, **more,
        )
        for letter in letters
    ]  # fmt: skip
    record_all(rows)
