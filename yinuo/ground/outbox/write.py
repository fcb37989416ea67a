"""Writing a letter down: a pure function, so that the hot door can write it with everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from yinuo.facts.ids import new_id
from yinuo.ground.outbox.models import Letter, State
from yinuo.ground.vault.ciphertext import decrypt, encrypt


class LetterRefused(ValueError):
    """A letter that no server could take: the message names the part at fault and holds none of its text."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says and to whom; `html` may be ""."""

    to: str
    subject: str
    body: str
    html: str = ""


def letter_row(
    *,
    subject_id: UUID,
    key: bytes,
    template: str,
    to: str,
    subject: str,
    body: str,
    now: datetime,
    html: str = "",
    case_id: UUID | None = None,
    channel: str = "email",
    language: str = "zh-hans",
    letter_id: UUID | None = None,
) -> dict[str, Any]:
    """The row of a letter for `write_rows`, sealed with the subject's raw key; leaves after commit.

    Raises LetterRefused for an impossible address, an empty body or a subject of several lines.
    """
    _check(to, subject, body, channel)
    identity = letter_id or new_id()
    parts = {"to": to, "subject": subject, "body": body, "html": html}
    return {
        "id": identity,
        "case_id": case_id,
        "template": template,
        "channel": channel,
        "subject_key_id": subject_id,
        "language": language,
        "message_id": f"<{identity}@{_domain()}>",
        "created_at": now,
        "next_at": now,
        "state": State.WRITTEN.value,
        **{f"{name}_ct": seal_part(key, identity, name, text) for name, text in parts.items()},
    }


def open_letter(letter: Letter, key: bytes) -> Content:
    """The words of a letter. Raises CiphertextRefused if any part was changed or moved."""
    html = open_part(key, letter.pk, "html", letter.html_ct) if letter.html_ct is not None else ""
    return Content(
        to=open_part(key, letter.pk, "to", letter.to_ct),
        subject=open_part(key, letter.pk, "subject", letter.subject_ct),
        body=open_part(key, letter.pk, "body", letter.body_ct),
        html=html,
    )


def seal_part(key: bytes, letter_id: UUID, name: str, text: str) -> bytes | None:
    """One sealed part, bound to its letter and column; None for an absent html."""
    return encrypt(key, text, _place(letter_id, name)) if text or name != "html" else None


def open_part(key: bytes, letter_id: UUID, name: str, sealed: bytes | memoryview) -> str:
    """The text of one sealed part."""
    return decrypt(key, sealed, _place(letter_id, name))


def _place(letter_id: UUID, name: str) -> bytes:
    return f"outbox.Letter.{name}:".encode() + letter_id.bytes


def can_be_written_to(address: str) -> bool:
    """Whether a letter by e-mail can leave for this address; asked where somebody gives it."""
    try:
        validate_email(address)
        if '"' in address:  # a quoted name: Django looks at it less closely than those who must write it
            Address(addr_spec=address)
    except (ValidationError, ValueError, IndexError):
        return False
    return address.isascii()


def _check(to: str, subject: str, body: str, channel: str) -> None:
    if channel == "email" and not can_be_written_to(to):
        raise LetterRefused("the address is not an e-mail address in ASCII")
    if not body.strip():
        raise LetterRefused("the body is empty")
    if not subject.strip() or any(ord(letter) < 32 or letter in "\x7f\x85\u2028\u2029" for letter in subject):
        raise LetterRefused("the subject is empty or has more than one line")


def _domain() -> str:
    return _domain_of(settings.LETTERS_FROM)


@lru_cache(maxsize=8)
def _domain_of(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2] or "localhost"
