"""Who is calling: a bearer token, looked up by its hash on every call."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from yinuo.channels.api.models import Token
from yinuo.facts.gate import record
from yinuo.facts.kinds import FactKind, Id, declare
from yinuo.facts.questions import Place, Question, one
from yinuo.ground.access.reach import Reach, reach_of
from yinuo.ground.people.models import Unit, User

PREFIX = "yinuo_"
declare(FactKind("api.token_made", fields={"token": Id, "user": Id}))


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a call: whom it acts for, where, and how far that reaches."""

    token_id: UUID
    user: User
    unit_id: UUID
    reach: Reach


class TokenAuth(HttpBearer):
    """401 unless the token is known, in force, and its user active."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None."""
        found = one(_TOKEN(secret_hash=hash_of(token)))
        if found is None:
            return None
        token_id, unit_id, revoked_at, expires_at, *columns = found
        user = User.from_db(connection.alias, _USER_COLUMNS, columns)
        if revoked_at or expires_at <= timezone.now() or not user.is_active:
            return None
        return Caller(token_id, user, unit_id, reach_of(user))


_USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]
_TOKEN = Question(
    lambda: Token.objects.filter(
        secret_hash=Place("secret_hash", Token._meta.get_field("secret_hash"))
    ).values_list("id", "unit_id", "revoked_at", "expires_at", *(f"user__{name}" for name in _USER_COLUMNS))
)


def hash_of(secret: str) -> str:
    """SHA-256, hex; the secret has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(user: User, unit: Unit, *, name: str, days: int = 90) -> str:
    """A new token; its secret is told once and never again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = Token.objects.create(
        secret_hash=hash_of(secret),
        name=name,
        user=user,
        unit=unit,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    record("api.token_made", by=user.pk, unit=unit.pk, token=token.pk, user=user.pk)
    return secret
