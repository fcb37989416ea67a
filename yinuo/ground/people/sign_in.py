"""Sign-in by password, with a lock after repeated failures.

Five failures within fifteen minutes under one name from one address refuse that pair for fifteen
minutes after the fifth. An attempt is written down as a failure before the password is checked and
taken back when it was right, so guesses made at the same moment count as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from yinuo.facts.gate import record
from yinuo.facts.questions import Asked, Place, Question
from yinuo.ground.people import passwords
from yinuo.ground.people.kinds import CONFIRMED, PASSWORD_GIVEN, SIGN_IN_LOCKED, SIGNED_IN
from yinuo.ground.people.models import SignInFailure, User, username_form

FAILURES = 5
WINDOW = timedelta(minutes=15)
KEEP = timedelta(days=1)
T = TypeVar("T")


class StaffBackend(BaseBackend):
    """Django's door for staff accounts: username in any case, password, active accounts only."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        *,
        confirming: bool = False,
        **more: Any,
    ) -> User | None:
        """The user, or None: locked, unknown, inactive and wrong look the same from here. `confirming`: whoever is
        signed in says again who they are; guesses count all the same."""
        if username is None or password is None:
            return None
        kind = CONFIRMED if confirming else None
        return counted(
            _key(username, address_of(request)),
            lambda: _checked(username, password),
            lambda user: record(
                (kind or (PASSWORD_GIVEN if user.second_factor else SIGNED_IN)).name, by=user.pk
            ),
        )

    def get_user(self, user_id: UUID) -> User | None:
        """The active account of a session, in one query."""
        found: list[User] = _ACTIVE.objects(user=user_id)
        return found[0] if found else None


def active_asked(user: UUID) -> Asked:
    """The question `get_user` will ask."""
    return _ACTIVE.of(user=user)


_ACTIVE = Question(lambda: User.objects.filter(pk=Place("user", User._meta.get_field("id")), is_active=True))


def locked_until(username: str, request: HttpRequest | None, now: datetime | None = None) -> datetime | None:
    """Until when this name is refused from this address; None if it is not."""
    return _locked_until(_key(username, address_of(request)), now or timezone.now())


def address_of(request: HttpRequest | None) -> str:
    """The network address the request came from, as the server in front of us gives it."""
    return "" if request is None else str(request.META.get("REMOTE_ADDR", ""))


def counted(key: str, check: Callable[[], T | None], passed: Callable[[T], object]) -> T | None:
    """What a check of a secret gives, unless too many failed under this key; `passed` runs with taking the failures back."""
    now = timezone.now()
    attempt = SignInFailure.objects.create(key=key, at=now)
    if _locked_until(key, now, besides=attempt.pk):
        attempt.delete()  # a refused attempt does not prolong the lock
        return None
    found = check()
    with transaction.atomic():
        if found is not None:
            SignInFailure.objects.filter(key=key).delete()
            passed(found)
        else:
            SignInFailure.objects.filter(at__lt=now - KEEP).delete()
            if _locked_until(key, now):
                record(SIGN_IN_LOCKED.name, pair=key)
    return found


def _checked(username: str, password: str) -> User | None:
    user = User.objects.filter(username=username_form(username)).first()
    if user is None:
        make_password(password)  # as slow as checking one: the time does not tell whether the name exists
        return None
    right = user.check_password(password)  # first: every refusal takes as long
    return user if right and user.is_open and not passwords.initial_is_over(user) else None


def _locked_until(key: str, now: datetime, besides: UUID | None = None) -> datetime | None:
    recent = SignInFailure.objects.filter(key=key, at__gt=now - 2 * WINDOW)
    if besides is not None:
        recent = recent.exclude(pk=besides)
    times = list(recent.order_by("-at").values_list("at", flat=True)[:FAILURES])
    if len(times) < FAILURES or times[0] - times[-1] > WINDOW:
        return None
    until = times[0] + WINDOW
    return until if now < until else None


def key_of_factor(user: User) -> str:
    """Under which wrong second factors are counted: whoever gets there has the password, so from anywhere together."""
    return _key(user.username, "second factor")


def _key(username: str, address: str) -> str:
    text = f"{username_form(username)}\0{address}"
    return salted_hmac("people.sign_in", text, algorithm="sha256").hexdigest()
