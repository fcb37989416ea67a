"""Taking a customer in: one read for who it is, one pure step for the rows of somebody new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from yinuo.facts.ids import new_id
from yinuo.facts.questions import Place, Question
from yinuo.ground.customers.models import Customer, Identity, NameGram, identity_place, seal_field
from yinuo.ground.customers.name_grams import gram_rows
from yinuo.ground.vault.ciphertext import encrypt
from yinuo.ground.vault.keys import blind_index, blind_indexes, new_subject_key, newest_index
from yinuo.ground.vault.models import SubjectKey

Rows = list[tuple[type[models.Model], Sequence[Mapping[str, Any]]]]
MOST_SHARED = 20  # people looked at behind one shared phone; beyond, a newcomer becomes a new customer


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer says they are; nothing at all means somebody unknown."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """A customer's id and raw key, and the rows to write first; no rows for a customer we know."""

    id: UUID
    key: bytes
    rows: Rows = field(default_factory=list)


def find_customer(*, phone: str = "", email: str = "") -> tuple[Customer, ...]:
    """Customers known under every one of the given identities, oldest first; none without any.

    All must agree: somebody who types another's phone number with an e-mail address of their own is not them.
    """
    given = {kind: value for kind, value in (("phone", phone), ("email", email)) if value.strip()}
    if not given:
        return ()
    indexes = {kind: blind_indexes(kind, value) for kind, value in given.items()}
    asked = _question(tuple(given), min(map(len, indexes.values())))
    ids = [
        pk
        for (pk,) in asked(**{f"{kind}{n}": each for kind in given for n, each in enumerate(indexes[kind])})
    ]
    return tuple(Customer.objects.filter(pk__in=ids).select_related("key").order_by("pk")) if ids else ()


@lru_cache(maxsize=8)
def _question(kinds: tuple[str, ...], keys: int) -> Question:
    """Who is known under all of these kinds of identity; asked with a blind index of each under so many keys."""

    def ask() -> models.QuerySet[Any, Any]:
        found = Customer.objects.filter(key__destroyed_at=None).order_by("pk")
        for kind in kinds:
            places = [
                Place(f"{kind}{number}", Identity._meta.get_field("value_index")) for number in range(keys)
            ]
            same = Identity.objects.filter(value_index__in=places, kind=kind)
            found = found.filter(pk__in=same.values("customer_id"))
        return found.values_list("pk")[:MOST_SHARED]

    return Question(ask)


def customer_rows(
    person: Person, known: Sequence[Customer] = (), *, at: datetime | None = None
) -> CustomerRows:
    """The known customer of the same name, or the rows of a new one for `write_rows`. Touches no database."""
    for customer in known:
        if _plain(customer.name) == _plain(person.name):
            return CustomerRows(customer.pk, customer.secret)
    now = at or timezone.now()
    key_row, secret = new_subject_key(at=now)
    customer_id: UUID = key_row["subject_id"]
    sealed = {f"{name}_ct": seal_field(secret, customer_id, name, getattr(person, name)) for name in _SEALED}
    row = {
        "id": customer_id,
        "key_id": customer_id,
        "language": person.language,
        "created_at": now,
        **sealed,
    }
    rows: Rows = [(SubjectKey, [key_row]), (Customer, [row])]
    identities = [_identity(secret, customer_id, kind, getattr(person, kind)) for kind in ("phone", "email")]
    rows.append((Identity, [identity for identity in identities if identity]))
    rows.append((NameGram, gram_rows(customer_id, person.name)))
    return CustomerRows(customer_id, secret, [pair for pair in rows if pair[1]])


_SEALED = ("name", "phone", "email")


def _identity(secret: bytes, customer_id: UUID, kind: str, value: str) -> dict[str, Any] | None:
    if not value.strip():
        return None
    identity_id = new_id()
    return {
        "id": identity_id,
        "customer_id": customer_id,
        "kind": kind,
        "value_ct": encrypt(secret, value, identity_place(identity_id)),
        "value_index": blind_index(kind, value),
        "indexed_by": newest_index(),
    }


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
