"""Where staff are signed in: rows with an idle and an absolute limit, read through a Question, ended by anybody's right.

Every page begins with one session. The row decides: its end is the nearer of both limits, so that one comparison in
the read that happens anyway keeps them, and a row that was deleted signs nobody in. Being active is written down at
most once a minute.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends import db
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.facts.questions import Asked, Place, Question, together
from yinuo.ground.people.kinds import BREAK_GLASS, SIGNED_OUT
from yinuo.ground.people.models import StaffSession, User

BEGAN, CONFIRMED_AT = "_began", "_confirmed"
WRITTEN_EVERY = timedelta(minutes=1)
KEEP = timedelta(days=1)


class SessionStore(db.SessionStore):
    """Django's own; how a session is found, how long it lasts and what is known about it is ours."""

    _read: StaffSession | None = None

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        """Ours, which says whose it is and where."""
        return StaffSession

    @cached_property
    def asked(self) -> Asked:
        """The question it will ask first, so that it can be asked together with others."""
        return _SESSION.of(key=row_key(self.session_key or ""), now=timezone.now())

    def exists(self, session_key: str) -> bool:
        """Whether a cookie's session is there."""
        return StaffSession.objects.filter(session_key=row_key(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End a cookie's session; this one's if none is named."""
        key = session_key or self.session_key
        if key is not None:
            StaffSession.objects.filter(session_key=row_key(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        """The row, with whose session it is and since when."""
        now = timezone.now()
        began = data.setdefault(BEGAN, beginning(None, now))
        signed_in_at = datetime.fromisoformat(began["at"])
        return StaffSession(
            session_key=row_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=_end(signed_in_at, now),
            person_id=data.get(SESSION_KEY),
            signed_in_at=signed_in_at,
            seen_at=now,
            address=began["address"],
            device=began["device"],
        )

    def get_expiry_age(self, **_more: Any) -> int:
        """How long the browser keeps the cookie: until the absolute limit; the row knows the idle one."""
        began = self.get(BEGAN)
        if began is None:
            return int(settings.SESSION_COOKIE_AGE)
        end = datetime.fromisoformat(began["at"]) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return max(0, int((end - timezone.now()).total_seconds()))

    def seen(self, now: datetime | None = None) -> bool:
        """Whoever holds it was active; True where that was worth writing down. Never brings back what was ended."""
        row, now = self._read, now or timezone.now()
        if row is None or now - row.seen_at < WRITTEN_EVERY:
            return False
        lasting = StaffSession.objects.filter(session_key=row.session_key, seen_at=row.seen_at)
        return bool(lasting.update(seen_at=now, expire_date=_end(row.signed_in_at, now)))

    def _get_session_from_db(self) -> StaffSession | None:
        if self.session_key:
            asked = self.__dict__.pop("asked", None) or SessionStore(self.session_key).asked
            if found := asked.models(together(asked)[0]):
                self._read = found[0]
                return self._read
        self._session_key = None
        return None


def row_key(session_key: str) -> str:
    """The row of a cookie. A digest: whoever reads the table, or an address with it, cannot sign in with that."""
    return hashlib.sha256(f"people.session {session_key}".encode()).hexdigest()[:40]


def beginning(request: HttpRequest | None, now: datetime) -> dict[str, str]:
    """What is known when somebody signs in: when, from which address, with which browser."""
    meta = {} if request is None else request.META
    return {
        "at": now.isoformat(),
        "address": str(meta.get("REMOTE_ADDR", ""))[:45],
        "device": str(meta.get("HTTP_USER_AGENT", ""))[:300],
    }


def began(sender: object, request: HttpRequest, user: User, **_more: Any) -> None:
    """At sign-in: limits count from now; what ended days ago is cleared away; an emergency account raises an alarm."""
    now = timezone.now()
    request.session[BEGAN] = beginning(request, now)
    request.session[CONFIRMED_AT] = now.isoformat()
    StaffSession.objects.filter(expire_date__lt=now - KEEP).delete()
    if user.username in settings.BREAK_GLASS:
        with transaction.atomic():
            record(BREAK_GLASS.name, by=user.pk)


def ended(sender: object, request: HttpRequest, user: User | None, **_more: Any) -> None:
    """At sign-out, in the transaction that ends the session; the fact ends live streams too."""
    if user is not None:
        record(SIGNED_OUT.name, by=user.pk)


def _end(signed_in_at: datetime, now: datetime) -> datetime:
    idle = now + timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return min(idle, signed_in_at + timedelta(seconds=settings.SESSION_COOKIE_AGE))


user_logged_in.connect(began, dispatch_uid="people.sessions.began")
user_logged_out.connect(ended, dispatch_uid="people.sessions.ended")

_SESSION = Question(
    lambda: StaffSession.objects.filter(
        session_key=Place("key", StaffSession._meta.get_field("session_key")),
        expire_date__gt=Place("now", StaffSession._meta.get_field("expire_date")),
    )
)
