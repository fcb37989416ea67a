"""The only writer of second factors: enrolled by showing a code, asked for at sign-in, taken away again."""

from __future__ import annotations

import secrets
import time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from yinuo.facts.gate import record
from yinuo.ground.factors import kinds, totp
from yinuo.ground.factors.models import Authenticator, Passkey, RecoveryCode
from yinuo.ground.people import whereabouts
from yinuo.ground.people.kinds import SIGNED_IN
from yinuo.ground.people.models import User
from yinuo.ground.people.passwords import ALPHABET
from yinuo.ground.people.sign_in import counted, key_of_factor
from yinuo.ground.vault import ciphertext, keys
from yinuo.ground.vault.models import SubjectKey

CODES = 10


@transaction.atomic
def begin(user: User) -> bytes:
    """The secret to be put into an app: a new one, or the one begun with and not confirmed yet."""
    User.objects.select_for_update().get(pk=user.pk)
    kept = Authenticator.objects.filter(user=user, confirmed_at=None).first()
    if kept is not None:
        return _opened(kept)
    row, key = keys.new_subject_key(user.pk)
    _made, is_new = SubjectKey.objects.get_or_create(subject_id=user.pk, defaults=row)
    key = key if is_new else keys.open_key(user.pk)
    secret = totp.new_secret()
    Authenticator.objects.create(user=user, secret=ciphertext.seal(key, secret, _place(user.pk)))
    return secret


@transaction.atomic
def confirm(user: User, code: str, *, session: str) -> list[str] | None:
    """The app shows the right code: from now on it is asked for. The recovery codes, told once; None if it was wrong.
    All sessions but the one of the cookie `session` end."""
    User.objects.select_for_update().get(pk=user.pk)
    found = Authenticator.objects.filter(user=user, confirmed_at=None).first()
    step = totp.step_of(_opened(found), _plain(code), time.time()) if found else None
    if found is None or step is None:
        return None
    found.confirmed_at, found.last_step = timezone.now(), step
    found.save(update_fields=["confirmed_at", "last_step"])
    _mark(user, has=True)
    record(kinds.ADDED.name, by=user.pk, factor=kinds.APP)
    whereabouts.end_sessions(user.pk, by=user.pk, why=whereabouts.FACTOR, but=session)
    return new_codes(user)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Ten recovery codes, told once; former ones open nothing any more."""
    RecoveryCode.objects.filter(user=user).delete()
    made = [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(CODES)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, each)) for each in made)
    record(kinds.CODES_MADE.name, by=user.pk, number=CODES)
    return made


def passes(user: User, code: str) -> bool:
    """Whether this is the code of the app, or a recovery code, each good once; then that is a sign-in. Wrong ones are
    counted, and locked like passwords."""
    return bool(
        counted(
            key_of_factor(user),
            lambda: _right(user, _plain(code)) or None,
            lambda _right: record(SIGNED_IN.name, by=user.pk),
        )
    )


def remove(user: User, *, session: str) -> None:
    """The app is asked for no more, and where there is no passkey the password alone signs in; all sessions but the
    cookie's end."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        number, _each = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).delete()
        settle(user)
        if number:
            record(kinds.REMOVED.name, by=user.pk, factor=kinds.APP)
            whereabouts.end_sessions(user.pk, by=user.pk, why=whereabouts.FACTOR, but=session)


def drop(user: User) -> None:
    """Take all of a person's factors away; for those who also record why."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, confirmed_at__isnull=False).delete()
    Passkey.objects.filter(user=user).delete()
    settle(user)


def settle(user: User) -> None:
    """After a factor came or went: whether a password alone signs in; recovery codes go with the last factor."""
    has = has_app(user) or Passkey.objects.filter(user=user).exists()
    if not has:
        RecoveryCode.objects.filter(user=user).delete()
    _mark(user, has=has)


def has_app(user: User) -> bool:
    """Whether an app shows codes for this person."""
    return Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists()


def is_asked_of(roles: frozenset[str]) -> bool:
    """Whether whoever holds these roles must have a second factor."""
    return not roles.isdisjoint(settings.SECOND_FACTOR_ROLES)


def codes_left(user: User) -> int:
    """How many recovery codes are not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _right(user: User, code: str) -> bool:
    return _right_now(user, code) or _recovers(user, code)


def _right_now(user: User, code: str) -> bool:
    found = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = totp.step_of(_opened(found), code, time.time()) if found else None
    if step is None:
        return False
    # One statement: of two who show the same code at the same moment, one gets in.
    return bool(Authenticator.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def _recovers(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    with transaction.atomic():
        if not unused.update(used_at=timezone.now()):
            return False
        record(kinds.RECOVERED.name, by=user.pk, left=codes_left(user))
    return True


def _mark(user: User, *, has: bool) -> None:
    User.objects.filter(pk=user.pk).update(second_factor=has)
    user.second_factor = has


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def _digest(user: User, code: str) -> str:
    return salted_hmac("factors.recovery", f"{user.pk} {_plain(code)}", algorithm="sha256").hexdigest()


def _opened(found: Authenticator) -> bytes:
    return ciphertext.unseal(keys.open_key(found.user_id), found.secret, _place(found.user_id))


def _place(user: UUID) -> bytes:
    return b"factors.authenticator " + user.bytes
