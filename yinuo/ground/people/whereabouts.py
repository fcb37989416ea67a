"""Where a person is signed in, and ending it: one's own sessions, or by whoever may."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.people.kinds import SESSIONS_ENDED
from yinuo.ground.people.models import StaffSession
from yinuo.ground.people.sessions import row_key

OWN, REVOKED, PASSWORD, FACTOR = "own", "revoked", "password", "factor"
CLOSED = "closed"

_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def sessions_of(person: UUID, now: datetime | None = None) -> QuerySet[StaffSession]:
    """The person's sessions that last, the one seen last first."""
    lasting = StaffSession.objects.filter(person_id=person, expire_date__gt=now or timezone.now())
    return lasting.order_by("-seen_at", "session_key")


@transaction.atomic
def end_sessions(
    person: UUID, *, by: UUID | None, why: str, only: str | None = None, but: str | None = None
) -> int:
    """End a person's sessions at once: all, `only` the row of that key, or all `but` the cookie's own; how many."""
    ending = sessions_of(person)
    if only is not None:
        ending = ending.filter(session_key=only)
    if but is not None:
        ending = ending.exclude(session_key=row_key(but))
    number, _each = StaffSession.objects.filter(pk__in=list(ending.values_list("pk", flat=True))).delete()
    if number:
        record(SESSIONS_ENDED.name, by=by, user=person, number=number, why=why)
    return number


def device_of(agent: str) -> str:
    """Browser and system from what the browser says of itself; "" where it says nothing known."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)
