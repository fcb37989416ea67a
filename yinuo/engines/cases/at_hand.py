"""Keys of the words that a page is about to show, taken to hand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet

from yinuo.engines.cases.models import Case
from yinuo.ground.vault.hand import remember, remember_all

CHUNK = 500


def at_hand(cases: Iterable[Case]) -> None:
    """The keys of these cases: no query for those whose customer was read with the key, one for all others."""
    others = []
    for case in cases:
        joined = case._state.fields_cache
        customer = joined.get("customer")
        if case.customer_id is not None and customer is not None and "key" in customer._state.fields_cache:
            remember(customer.pk, customer.key.wrapped)
        else:
            others.append(case.sealed_for())
    remember_all(others)


def read_by_chunks(cases: QuerySet[Case]) -> Iterator[Case]:
    """Any number of cases one after the other, for a file: keys come with their chunk."""
    stream = cases.iterator(chunk_size=CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        at_hand(chunk)
        yield from chunk
