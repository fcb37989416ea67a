"""Letters leave: in groups, over one connection, each noted before its text goes out."""

from __future__ import annotations

import logging
import smtplib
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.ground.outbox import claims
from yinuo.ground.outbox.message import compose
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.smtp import Conversation, Outcome, Result, server_from_url
from yinuo.ground.outbox.write import open_letter
from yinuo.ground.vault.ciphertext import CiphertextRefused
from yinuo.ground.vault.keys import open_keys

GROUP = 10  # letters under way between two commits: so many may be in doubt when a worker vanishes

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter ready to go: its row, the address, the message's bytes."""

    letter: Letter
    to: str
    message: bytes


def deliver_once(now: datetime | None = None, limit: int = 100) -> int:
    """Take letters that are due and bring them to settings.SMTP_URL; how many were taken (0: nothing to do).

    Any number of workers may run this at once. Must not be called inside a transaction.
    """
    clock = _clock(now or timezone.now())
    claims.reclaim(clock())
    letters = claims.claim(clock(), limit)
    if letters:
        _deliver(letters, clock)
    return len(letters)


def _deliver(letters: list[Letter], clock: Clock) -> None:
    """Group by group: one commit notes what became of a group and that the next one's texts are leaving."""
    waiting = deque(_composed(letters))
    conversation: Conversation | None = None
    results: list[tuple[Letter, Result]] = []
    while waiting:
        if conversation is None or not conversation.is_open:
            conversation = _connect()
        if conversation is None:
            break
        group = [waiting.popleft() for _ in range(min(GROUP, len(waiting)))]
        held = _turn(results, group, clock())
        tried = conversation.transmit([(parcel.to, parcel.message) for parcel in held])
        results = [(parcel.letter, result) for parcel, result in zip(held, tried, strict=False)]
        waiting.extendleft(reversed(held[len(tried) :]))
    with transaction.atomic(durable=True):
        _settle(results, clock())
        claims.put_all_back([parcel.letter for parcel in waiting], clock())
    if conversation is not None:
        conversation.close()


def _turn(results: list[tuple[Letter, Result]], group: list[Parcel], now: datetime) -> list[Parcel]:
    """Settle the group before and begin the next; those of it that may be sent."""
    with transaction.atomic(durable=True):
        _settle(results, now)
        held = set(claims.begin_data([parcel.letter for parcel in group], now))
    if len(held) < len(group):
        log.warning("%d letters were taken over by another worker", len(group) - len(held))
    return [parcel for parcel in group if parcel.letter in held]


def _settle(results: list[tuple[Letter, Result]], now: datetime) -> None:
    claims.sent([letter for letter, result in results if result.outcome is Outcome.SENT], now)
    for letter, result in results:
        problem = f"smtp:{result.code}" if result.code else "connection_lost"
        match result.outcome:
            case Outcome.LATER:
                claims.put_back(letter, now, problem)
            case Outcome.REFUSED:
                claims.failed(letter, problem)
            case Outcome.DOUBTFUL:
                claims.doubtful([letter], "no_answer")


def _composed(letters: list[Letter]) -> Iterator[Parcel]:
    """What can be sent; letters whose key is gone or that were tampered with have failed."""
    keys = open_keys(letter.subject_key_id for letter in letters)
    for letter in letters:
        key = keys.get(letter.subject_key_id)
        if key is None:
            claims.failed(letter, "erased")
            continue
        try:
            content = open_letter(letter, key)
        except CiphertextRefused:
            log.error("letter %s was changed in the database", letter.pk)
            claims.failed(letter, "tampered")
            continue
        yield Parcel(letter, content.to, compose(letter, content))


def _connect() -> Conversation | None:
    """A conversation, or None with a line in the log that says why (never the password)."""
    try:
        return Conversation(server_from_url(settings.SMTP_URL), settings.LETTERS_FROM)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server is not to be had: %s", type(error).__name__)
        return None


def _clock(start: datetime) -> Clock:
    """A clock that begins at a given time and runs on."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)
