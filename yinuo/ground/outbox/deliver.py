"""Letters leave: in batches, over one connection, each noted before its text goes out."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from yinuo.ground.outbox import claims
from yinuo.ground.outbox.message import compose
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.smtp import Conversation, Outcome, Result, server_from_url
from yinuo.ground.outbox.write import Content, open_letter
from yinuo.ground.vault.ciphertext import CiphertextRefused
from yinuo.ground.vault.keys import open_keys

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


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
    opened = _opened(letters)
    conversation: Conversation | None = None
    for position, letter in enumerate(letters):
        content = opened.get(letter)
        if content is None:
            continue
        if conversation is None or not conversation.is_open:
            conversation = _connect()
        if conversation is None:
            claims.put_all_back([left for left in letters[position:] if left in opened], clock())
            return
        _settle(letter, _send(conversation, letter, content, clock), clock())
    if conversation is not None:
        conversation.close()


def _send(conversation: Conversation, letter: Letter, content: Content, clock: Clock) -> Result:
    message = compose(letter, content)
    return conversation.transmit(content.to, message, lambda: claims.begin_data(letter, clock()))


def _settle(letter: Letter, result: Result, now: datetime) -> None:
    problem = f"smtp:{result.code}" if result.code else "connection_lost"
    match result.outcome:
        case Outcome.SENT:
            claims.sent(letter, now)
        case Outcome.LATER:
            claims.put_back(letter, now, problem)
        case Outcome.REFUSED:
            claims.failed(letter, problem)
        case Outcome.DOUBTFUL:
            claims.doubtful(letter)
        case Outcome.MISSED:
            log.warning("letter %s was taken over by another worker", letter.pk)


def _opened(letters: list[Letter]) -> dict[Letter, Content]:
    """The words of the letters; those whose key is gone or that were tampered with have failed."""
    keys = open_keys(letter.subject_key_id for letter in letters)
    opened = {}
    for letter in letters:
        key = keys.get(letter.subject_key_id)
        if key is None:
            claims.failed(letter, "erased")
            continue
        try:
            opened[letter] = open_letter(letter, key)
        except CiphertextRefused:
            log.error("letter %s was changed in the database", letter.pk)
            claims.failed(letter, "tampered")
    return opened


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
