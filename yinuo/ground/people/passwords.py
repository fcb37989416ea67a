"""The only writer of passwords: changed by their owner, or reset by whoever may, with one that opens one door."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.people import whereabouts
from yinuo.ground.people.kinds import PASSWORD_CHANGED, PASSWORD_RESET
from yinuo.ground.people.models import PasswordUsed, User

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


@transaction.atomic
def change(user: User, password: str, *, session: str) -> None:
    """Give oneself another password; all sessions but the one of the cookie `session` end. ValidationError where a
    rule is broken; nothing is written then."""
    held = User.objects.select_for_update().get(pk=user.pk)
    validate_password(password, held)
    _set(held, password, must_change=False)
    user.refresh_from_db()
    whereabouts.end_sessions(held.pk, by=held.pk, why=whereabouts.PASSWORD, but=session)
    record(PASSWORD_CHANGED.name, by=held.pk)


@transaction.atomic
def reset(user: User, *, by: User) -> str:
    """A new initial password, told once: it ends all sessions, and opens nothing but the page to choose another."""
    held = User.objects.select_for_update().get(pk=user.pk)
    initial = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    _set(held, initial, must_change=True)
    whereabouts.end_sessions(held.pk, by=by.pk, why=whereabouts.PASSWORD)
    record(PASSWORD_RESET.name, by=by.pk, user=held.pk)
    return initial


def must_change(user: User, now: datetime | None = None) -> bool:
    """Whether nothing but choosing another password is open: somebody else knows it, or the bank's days are over."""
    if user.must_change_password:
        return True
    days, since = settings.PASSWORD_DAYS, user.password_set_at
    return bool(days and since and since + timedelta(days=days) <= (now or timezone.now()))


def initial_is_over(user: User, now: datetime | None = None) -> bool:
    """Whether an initial password lay about unused for too long."""
    if not user.must_change_password or user.password_set_at is None:
        return False
    return user.password_set_at + timedelta(hours=settings.INITIAL_PASSWORD_HOURS) <= (now or timezone.now())


def _set(user: User, password: str, *, must_change: bool) -> None:
    now = timezone.now()
    if settings.PASSWORD_HISTORY and user.has_usable_password():
        PasswordUsed.objects.create(user=user, password=user.password, at=now)
        kept = user.passwords_used.order_by("-at").values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
        user.passwords_used.exclude(pk__in=list(kept)).delete()
    user.set_password(password)
    user.password_set_at, user.must_change_password = now, must_change
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
