"""Keys at hand: what one request has opened or read already, so that a page of one person's words asks for their key once.

Outside a request, and outside `keys_at_hand`, nothing is kept: a process that lives for weeks must not go on reading what was
erased meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from yinuo.ground.vault.keys import KeyMissing, unwrap
from yinuo.ground.vault.models import SubjectKey

MOST = 2_000  # an export goes past every customer of the bank; a page needs a few dozen
Wrapped = bytes | memoryview | None
_hand: ContextVar[dict[UUID, Wrapped] | None] = ContextVar("keys at hand", default=None)


@contextmanager
def keys_at_hand() -> Iterator[None]:
    """Keys that are read inside are kept until the end of the outermost such block."""
    if _hand.get() is not None:
        yield
        return
    token = _hand.set({})
    try:
        yield
    finally:
        _hand.reset(token)


def begin(**_signal: Any) -> None:
    """A request begins, with nothing at hand."""
    _hand.set({})


def end(**_signal: Any) -> None:
    """A request is over."""
    _hand.set(None)


def remember(subject_id: UUID, wrapped: Wrapped) -> None:
    """Take a key to hand that was read with something else."""
    if (hand := _hand.get()) is not None:
        if len(hand) >= MOST:
            hand.clear()
        hand[subject_id] = wrapped


def remember_all(subject_ids: Iterable[UUID]) -> None:
    """Take the keys of many to hand in one query; none where all are at hand."""
    hand = _hand.get()
    if hand is None or not (wanted := set(subject_ids) - hand.keys()):
        return
    for subject_id, wrapped in SubjectKey.objects.filter(pk__in=wanted).values_list("pk", "wrapped"):
        remember(subject_id, wrapped)


def secret_of(subject_id: UUID) -> bytes:
    """The raw key of a subject, from the hand or by one query. Raises KeyMissing or KeyDestroyed."""
    hand = _hand.get()
    if hand is not None and subject_id in hand:
        return unwrap(subject_id, hand[subject_id])
    rows = list(SubjectKey.objects.filter(pk=subject_id).values_list("wrapped", flat=True))
    if not rows:
        raise KeyMissing(str(subject_id))
    remember(subject_id, rows[0])
    return unwrap(subject_id, rows[0])
