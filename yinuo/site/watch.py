"""Two watchers, each of which hears when the other falls silent.

The background looks at every vital sign and raises alarms. The live process tells that it runs, and hears whether the
background does: it is the one that raises the alarm of a dead background, and writes to whoever is to be told without
the outbox, whose letters only the background sends. Both dead: `yinuo run` or systemd starts them again, and whoever
asks /vitals from outside is told.
"""

from __future__ import annotations

import logging
import smtplib
import threading
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate

from django.conf import settings
from django.db import connections
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from yinuo.ground.outbox.smtp import Conversation, Outcome, server_from_url
from yinuo.ground.vitals.models import Alarm
from yinuo.ground.vitals.names import EVERY, LIVE, SILENT
from yinuo.ground.vitals.pulse import beat
from yinuo.ground.vitals.registry import VITALS, readings
from yinuo.ground.vitals.watch import watch

log = logging.getLogger(__name__)

THE_OTHER = "process.background"


def look(now: datetime) -> int:
    """What the background does: every vital sign; how many alarms were raised or are over."""
    changes = watch(now)
    _write(changes.raised, changes.cleared, now)
    return len(changes.raised) + len(changes.cleared)


def hear(now: datetime, *, grown: bool = True) -> int:
    """What the live process does: tell that it runs, and look at the background alone. While it is not `grown` up, the
    background may not have been started yet."""
    beat([LIVE], now)
    if not grown:
        return 0
    changes = watch(now, [each for each in readings(now) if each.vital.key == THE_OTHER and not each.is_well])
    _write(changes.raised, [], now)
    return len(changes.raised)


def hearing() -> threading.Thread:
    """A started thread in which the live process hears; it lives as long as the process."""
    thread = threading.Thread(target=_hear_on, name="hearing", daemon=True)
    thread.start()
    return thread


def _hear_on() -> None:
    pause, begun = threading.Event(), timezone.now()
    while True:
        now = timezone.now()
        try:
            hear(now, grown=(now - begun).total_seconds() > SILENT)
        except Exception:
            log.exception("not heard")
            connections.close_all()
        pause.wait(EVERY)


def _write(raised: list[Alarm], cleared: list[Alarm], now: datetime) -> None:
    """One letter to whoever is to be told; what goes wrong is logged, the alarm stands all the same."""
    if not settings.ALARMS_TO or not (raised or cleared):
        return
    with translation.override(settings.LANGUAGE_CODE):
        letters = [(to, _letter(to, raised, cleared, now)) for to in settings.ALARMS_TO]
    try:
        conversation = Conversation(server_from_url(settings.SMTP_URL), settings.LETTERS_FROM)
        try:
            results = conversation.transmit(letters)
        finally:
            conversation.close()
    except (OSError, smtplib.SMTPException) as error:
        log.error("alarm not written: %s", type(error).__name__)
        return
    left = sum(result.outcome is Outcome.SENT for result in results)
    if left < len(letters):
        log.error("alarm written to %d of %d", left, len(letters))


def _letter(to: str, raised: list[Alarm], cleared: list[Alarm], now: datetime) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = settings.LETTERS_FROM, to
    message["Date"] = formatdate(now.timestamp())
    message["Auto-Submitted"] = "auto-generated"
    message["Subject"] = _("Yinuo: alarms raised %(raised)s, over %(over)s") % {
        "raised": len(raised),
        "over": len(cleared),
    }
    lines = [_("Alarm: %(what)s") % {"what": _told(alarm)} for alarm in raised]
    lines += [_("Over: %(what)s") % {"what": _told(alarm)} for alarm in cleared]
    message.set_content("\n".join([*lines, "", f"{settings.PUBLIC_URL}/operations"]))
    return message.as_bytes()


def _told(alarm: Alarm) -> str:
    vital = VITALS.get(alarm.vital)
    return f"{vital.name} ({alarm.vital})" if vital else alarm.vital
