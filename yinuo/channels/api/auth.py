"""Who is calling: a bearer token, looked up by its hash on every call."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, FilteredRelation, QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from yinuo.channels.api.models import Token
from yinuo.engines.cases.models import Receipt
from yinuo.engines.cases.receipts import key_of
from yinuo.facts.gate import record
from yinuo.facts.kinds import Codes, FactKind, Id, declare
from yinuo.facts.questions import Place, Question
from yinuo.ground.access.accounts import account_closed
from yinuo.ground.access.rates import counters
from yinuo.ground.access.reach import HELD, TREE_MARK, Reach, reach_from, reach_of
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.people.models import Posting, Unit, User

PREFIX = "yinuo_"
TAKE_IN = "complaints.register"  # what most programs are for
declare(FactKind("api.token_revoked", fields={"token": Id, "user": Id}))
declare(FactKind("api.token_made", fields={"token": Id, "user": Id, "scopes": Codes}))


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a call: whom it acts for, where, and how far that reaches.

    `receipt` is the key under which the answer to this call is kept, "" without an Idempotency-Key; `repeats`
    when there is such an answer already.
    """

    user: User
    unit_id: UUID
    reach: Reach
    receipt: str
    repeats: bool


class TokenAuth(HttpBearer):
    """401 unless the token is known, in force, and its user active; 429 where it calls too often."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None."""
        now, secret = timezone.now(), hash_of(token)
        counters.take("api.token", secret)
        day, chosen = timezone.localdate(now), request.headers.get("Idempotency-Key", "")
        receipt = key_of(secret, chosen) if chosen else ""
        rows = _TOKEN(secret_hash=secret, day=day, receipt=receipt)
        if not rows:
            return None
        unit_id, scopes, revoked_at, expires_at, repeats, *columns = rows[0][: -len(_HELD)]
        user = User.from_db(connection.alias, _USER_COLUMNS, columns)
        if revoked_at or expires_at <= now or not user.is_active:
            return None
        reach = reach_from(user, [row[-len(_HELD) :] for row in rows], day, _verbs(scopes))
        return Caller(user, unit_id, reach, receipt, repeats)


def reach_of_token(token: Token) -> Reach:
    """How far a program reaches today, outside a call."""
    return reach_of(token.user, only=_verbs(token.scopes))


_USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]
_HELD: tuple[Any, ...] = (*(f"held__{name}" for name in HELD), TREE_MARK)


def _token() -> QuerySet[Any, Any]:
    """All that is to be known before anything is done, in one read: a row for every posting the user holds today."""
    day = Place("day", Posting._meta.get_field("valid_from"))
    held = FilteredRelation("user__postings", condition=Posting.on(day, "user__postings__"))
    secret = Place("secret_hash", Token._meta.get_field("secret_hash"))
    receipt = Receipt.objects.filter(key=Place("receipt", Receipt._meta.get_field("key")))
    found = Token.objects.filter(secret_hash=secret).annotate(held=held, repeats=Exists(receipt))
    columns = (
        "unit_id",
        "scopes",
        "revoked_at",
        "expires_at",
        "repeats",
        *(f"user__{name}" for name in _USER_COLUMNS),
    )
    return found.order_by("held__role", "held__unit__code").values_list(*columns, *_HELD)


_TOKEN = Question(_token)


@lru_cache(maxsize=256)
def _verbs(scopes: str) -> frozenset[str]:
    return frozenset(scopes.split())


def hash_of(secret: str) -> str:
    """SHA-256, hex; the secret has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(
    user: User,
    unit: Unit,
    *,
    name: str,
    days: int = 90,
    scopes: Collection[str] = (TAKE_IN,),
    by: User | None = None,
) -> str:
    """A new token, given `by` somebody (else by whom it acts for); its secret is told once and never again. LookupError
    for a scope that is no verb."""
    asked = sorted({verb_named(scope).key for scope in scopes})
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = Token.objects.create(
        secret_hash=hash_of(secret),
        name=name,
        user=user,
        unit=unit,
        scopes=" ".join(asked),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    record("api.token_made", by=(by or user).pk, unit=unit.pk, token=token.pk, user=user.pk, scopes=asked)
    return secret


@transaction.atomic
def revoke_token(token: Token, *, by: User | None) -> bool:
    """Take a token away, at once and for good; False where somebody has."""
    held = Token.objects.select_for_update().get(pk=token.pk)
    if held.revoked_at:
        return False
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    record("api.token_revoked", by=by.pk if by else None, unit=held.unit_id, token=held.pk, user=held.user_id)
    return True


@receiver(account_closed, dispatch_uid="api.auth.closed")
def _revoke_all(sender: object, user: User, by: User | None, **_more: Any) -> None:
    """Whoever left the bank has no program that acts for them, also not when they come back."""
    for token in Token.objects.filter(user=user, revoked_at=None):
        revoke_token(token, by=by)
