"""A letter as an e-mail message: UTF-8, seven bits on the wire, the same bytes at every attempt."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import Content

POLICY = SMTP.clone(cte_type="7bit")  # no server on the way has to know 8BITMIME


def compose(letter: Letter, content: Content) -> EmailMessage:
    """The message; its Message-ID and date come from the letter, so a repetition is recognised as one."""
    message = EmailMessage(policy=POLICY)
    message["From"] = settings.LETTERS_FROM
    message["To"] = content.to
    message["Subject"] = content.subject
    message["Date"] = format_datetime(timezone.localtime(letter.created_at))
    message["Message-ID"] = letter.message_id
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.body)
    if content.html:
        message.add_alternative(content.html, subtype="html")
        message.set_boundary(f"yinuo-{letter.pk.hex}")
    return message
