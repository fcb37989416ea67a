"""Facts in their one order, for everyone who follows them: live streams, loops, webhooks, measures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yinuo.facts.models import Position


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
    places = Position.objects.filter(seq__gt=seq).select_related("fact").order_by("seq")[:limit]
    return [_seq_fact(place) for place in places]


def head() -> int:
    """The last seq given; 0 before the first."""
    return Position.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _seq_fact(place: Position) -> SeqFact:
    fact = place.fact
    body = json.loads(fact.body)
    return SeqFact(
        seq=place.seq,
        id=fact.id,
        kind=fact.kind,
        case_id=fact.case_id,
        unit_id=fact.unit_id,
        by_id=fact.by_id,
        occurred_at=fact.occurred_at,
        data=body["data"],
        recorded_at=fact.recorded_at,
        objects=tuple((what, UUID(identity), qualifier) for what, identity, qualifier in body["objects"]),
    )
