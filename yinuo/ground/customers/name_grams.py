"""Customers found by a part of their name, without a name in the index: keyed digests of pairs of letters, cut to sixteen bits.

A digest so short stands for many pairs, so what the index finds is opened and looked at before it is shown. What the index
gives away to a thief of the database who lacks the keys is said in decision 31.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from yinuo.facts.ids import new_id
from yinuo.ground.customers.models import Customer, NameGram
from yinuo.ground.vault.ciphertext import CiphertextRefused
from yinuo.ground.vault.keys import KeyDestroyed, blind_indexes, newest_index

SHORTEST, LONGEST = 2, 40  # letters of a part that is looked for; of a name that is indexed
MOST_LOOKED_AT = 500  # customers opened for one search
KIND = "name_gram"


def plain(name: str) -> str:
    """A name without spaces, width and case, as parts of it are compared."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def pairs(name: str) -> set[str]:
    """Neighbouring letters: 欧阳小敏 has 欧阳, 阳小, 小敏."""
    letters = plain(name)[:LONGEST]
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def gram_rows(customer_id: UUID, name: str) -> list[dict[str, Any]]:
    """The rows of a new customer, for `write_rows`."""
    newest = newest_index()
    found = sorted({_digests(pair)[0] for pair in pairs(name)})
    return [
        {"id": new_id(), "customer_id": customer_id, "gram": gram, "indexed_by": newest} for gram in found
    ]


def find_by_part(part: str, most: int) -> list[Customer]:
    """Customers whose name has this part, the newest first; none for less than two letters. Under every index key."""
    wanted = plain(part)
    if not SHORTEST <= len(wanted) <= LONGEST:
        return []
    by_key = zip(*(_digests(pair) for pair in sorted(pairs(wanted))), strict=True)
    found: set[UUID] = set()
    for grams in by_key:  # the newest key first; more than one while keys are rotated
        found |= set(_having(set(grams)))
    people = (
        Customer.objects.select_related("key").filter(pk__in=found, key__destroyed_at=None).order_by("-pk")
    )
    return [each for each in people if wanted in plain(_name(each))][:most]


def waiting() -> list[UUID]:
    """Customers with a digest under an older key."""
    older = NameGram.objects.exclude(indexed_by=newest_index()).order_by("customer_id")
    return list(older.values_list("customer_id", flat=True).distinct())


@transaction.atomic
def renew(customer_ids: Sequence[UUID]) -> tuple[int, int]:
    """Index their names anew with the newest key: how many rows, and how many could not be, which stay as they are.

    The customers are locked as for an erasure: who is erased meanwhile does not come back into the index.
    """
    list(Customer.objects.select_for_update().filter(pk__in=customer_ids).order_by("pk").values_list("pk"))
    done = refused = 0
    for customer in Customer.objects.select_related("key").filter(pk__in=customer_ids):
        old = NameGram.objects.filter(customer_id=customer.pk)
        try:
            rows = gram_rows(customer.pk, customer.name)
        except KeyDestroyed:
            rows = []
        except CiphertextRefused:
            refused += old.count()
            continue
        old.delete()
        NameGram.objects.bulk_create(NameGram(**row) for row in rows)
        done += len(rows)
    return done, refused


def _having(grams: Iterable[int]) -> Iterable[UUID]:
    wanted = set(grams)
    found = NameGram.objects.filter(gram__in=wanted).order_by().values("customer_id")
    counted = found.annotate(n=Count("gram", distinct=True)).filter(n=len(wanted)).order_by("-customer_id")
    return [row["customer_id"] for row in counted[:MOST_LOOKED_AT]]


def _digests(pair: str) -> list[int]:
    return [int.from_bytes(each[:2], "big") for each in blind_indexes(KIND, pair)]


def _name(customer: Customer) -> str:
    try:
        return customer.name
    except (CiphertextRefused, KeyDestroyed):
        return ""
