"""The signed head leaves the house every hour: to a folder that is only added to, by mail, and as a hash to an authority
that stamps the time.

What has left is out of reach of whoever holds our database and our keys: `yinuo verify --heads FOLDER` compares. A target
that cannot be reached is tried again every minute, and an alarm is raised where nothing has left for two hours.
"""

from __future__ import annotations

import logging
import os
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yinuo.facts import left, seals
from yinuo.facts.models import Checkpoint
from yinuo.facts.sequencer import checkpoint
from yinuo.ground.outbox.smtp import Conversation, Outcome, server_from_url
from yinuo.ground.vitals.models import Pulse
from yinuo.ground.vitals.pulse import beat
from yinuo.ground.vitals.registry import SECONDS, Silent, Vital, age, declare_vital
from yinuo.site.timestamping import stamp

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
TOO_OLD = 2 * 3600.0  # seconds
PREFIX = "heads:"


class NotLeft(OSError):
    """Nobody took the head."""


def leave(now: datetime) -> int:
    """Let the head leave to each target that has not had one for an hour; to how many it left."""
    due = [name for name in _targets() if (last := _last(name)) is None or now - last >= EVERY]
    head = checkpoint() if due else None
    if head is None:
        return 0
    return sum(_leave(name, head, now) for name in due)


def _leave(name: str, head: Checkpoint, now: datetime) -> bool:
    try:
        _targets()[name](head, now)
    except (OSError, smtplib.SMTPException) as error:
        log.error("the head did not leave to %s: %s", name, type(error).__name__)
        return False
    beat([f"{PREFIX}{name}"], now)
    return True


def _targets() -> Mapping[str, Callable[[Checkpoint, datetime], None]]:
    """What is configured."""
    found: dict[str, Callable[[Checkpoint, datetime], None]] = {}
    if settings.HEADS_FOLDER:
        found["folder"] = _to_folder
    if settings.HEADS_TO:
        found["mail"] = _by_mail
    if settings.TIMESTAMP_URL:
        found["stamp"] = _stamped
    return found


def _to_folder(head: Checkpoint, now: datetime) -> None:
    """A new file, never over another; the same head again is there already. The folder is never made: a share that is
    not mounted is a failure."""
    path, text = Path(settings.HEADS_FOLDER) / left.name_of(head), left.stated(head)
    try:
        with path.open("xb") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        if path.read_bytes() != text:
            raise NotLeft(path.name) from None


def _by_mail(head: Checkpoint, now: datetime) -> None:
    letters = [(to, _letter(to, head, now)) for to in settings.HEADS_TO]
    conversation = Conversation(server_from_url(settings.SMTP_URL), settings.LETTERS_FROM)
    try:
        results = conversation.transmit(letters)
    finally:
        conversation.close()
    if [result.outcome for result in results] != [Outcome.SENT] * len(letters):
        raise NotLeft("mail")


def _stamped(head: Checkpoint, now: datetime) -> None:
    stamp(head)


def _letter(to: str, head: Checkpoint, now: datetime) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = settings.LETTERS_FROM, to
    message["Date"], message["Auto-Submitted"] = formatdate(now.timestamp()), "auto-generated"
    message["Subject"] = f"Yinuo head {head.seq}"
    message.set_content(f"seq={head.seq}\nroot={head.root}\nkey={seals.fingerprint()}\n")
    message.add_attachment(
        left.stated(head), maintype="application", subtype="json", filename=left.name_of(head)
    )
    return message.as_bytes()


def _last(name: str) -> datetime | None:
    return Pulse.objects.filter(name=f"{PREFIX}{name}").values_list("at", flat=True).first()


def _oldest(now: datetime) -> float:
    """Seconds since the target that has waited longest had a head; 0 where none is configured."""
    times = [_last(name) for name in _targets()]
    if None in times:
        raise Silent("heads")
    return max((age(now, at) for at in times), default=0.0)


declare_vital(
    Vital(
        "facts.head_left", _("Signed head has not left the house"), SECONDS, TOO_OLD, _oldest,
        _("See whether the folder for heads is mounted, mail leaves, the time stamp authority answers; tried every minute."),
    )
)  # fmt: skip
