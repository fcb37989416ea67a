"""A letter as an e-mail message: UTF-8, seven bits on the wire, the same bytes at every attempt.

The older half of the standard library's `email` builds it: letters are simple, and the newer half parses every
header it is given, which cost more than the rest of the sending.
"""

from __future__ import annotations

import re
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import Content


class _Ready(Compat32):
    """Headers go out as they stand: they are encoded and folded already."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\r\n".encode("ascii")


WIRE = _Ready(linesep="\r\n")


def compose(letter: Letter, content: Content) -> bytes:
    """The message; its Message-ID and date come from the letter, so a repetition is recognised as one."""
    message: MIMEText | MIMEMultipart = MIMEText(_lines(content.body), "plain", "utf-8")
    if content.html:
        parts = [message, MIMEText(_lines(content.html), "html", "utf-8")]
        message = MIMEMultipart("alternative", f"yinuo-{letter.pk.hex}", parts)
    message["From"] = _sender(settings.LETTERS_FROM)
    message["To"] = content.to
    subject = Header(content.subject, _charset(content.subject), header_name="Subject")
    message["Subject"] = subject.encode(linesep="\r\n")
    message["Date"] = format_datetime(timezone.localtime(letter.created_at))
    message["Message-ID"] = letter.message_id
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    return message.as_bytes(policy=WIRE)


@lru_cache(maxsize=8)
def _sender(address: str) -> str:
    return formataddr(parseaddr(address))


def _lines(text: str) -> str:
    """Lines end with CRLF before they are encoded (RFC 2045 6.8)."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


def _charset(text: str) -> str:
    return "us-ascii" if text.isascii() else "utf-8"
