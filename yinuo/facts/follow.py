"""Facts in their one order, for everyone who follows them: live streams, loops, webhooks, measures."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from yinuo.facts.models import Position
from yinuo.facts.questions import Place, Question


@dataclass(frozen=True, slots=True)
class SeqFact:
    """A fact with its place; `data` and objects as the body has them (decimals, times as strings)."""

    seq: int
    id: UUID
    kind: str
    case_id: UUID | None
    unit_id: UUID | None
    by_id: UUID | None
    occurred_at: datetime
    data: dict[str, Any]
    recorded_at: datetime
    objects: tuple[tuple[str, UUID, str], ...]


def facts_after(seq: int, limit: int) -> list[SeqFact]:
    """The facts at seq + 1, seq + 2, …, at most `limit` of them."""
    return [_seq_fact(*row) for row in _after(limit)(seq=seq)]


def facts_of(kinds: Collection[str], after: int, upto: int) -> list[SeqFact]:
    """The facts of some kinds at after + 1 … upto, in order."""
    places = Position.objects.filter(seq__gt=after, seq__lte=upto, fact__kind__in=kinds).order_by("seq")
    return [_seq_fact(*row) for row in places.values_list(*_COLUMNS, "fact__recorded_at", "fact__body")]


def fact_at(seq: int) -> SeqFact:
    """The fact at a place; LookupError where there is none."""
    for fact in facts_after(seq - 1, 1):
        if fact.seq == seq:
            return fact
    raise LookupError(f"no fact at seq {seq}")


def of_case(fact: SeqFact) -> UUID:
    """The case that a fact is about; LookupError for one that is about none."""
    if fact.case_id is None:
        raise LookupError(f"{fact.kind} at seq {fact.seq} is about no case")
    return fact.case_id


def head() -> int:
    """The last seq given; 0 before the first."""
    return Position.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


_COLUMNS = (
    "seq",
    *(f"fact__{name}" for name in ("id", "kind", "case_id", "unit_id", "by_id", "occurred_at")),
)


@lru_cache(maxsize=8)
def _after(limit: int) -> Question:
    places = Position.objects.filter(seq__gt=Place("seq", Position._meta.get_field("seq"))).order_by("seq")
    return Question(lambda: places.values_list(*_COLUMNS, "fact__recorded_at", "fact__body")[:limit])


def _seq_fact(
    seq: int, identity: UUID, kind: str, case: UUID | None, unit: UUID | None, by: UUID | None,
    occurred_at: datetime, recorded_at: datetime, text: str,
) -> SeqFact:  # fmt: skip
    body = json.loads(text)
    objects = tuple((what, UUID(one), qualifier) for what, one, qualifier in body["objects"])
    return SeqFact(seq, identity, kind, case, unit, by, occurred_at, body["data"], recorded_at, objects)
