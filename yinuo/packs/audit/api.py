"""Facts for programs, in their one order: ask again with `next` until it stays the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from yinuo.facts.follow import facts_after
from yinuo.facts.models import Position
from yinuo.packs.audit import queries
from yinuo.packs.audit.pack import VIEW
from yinuo.web.parameters import Parameters
from yinuo.web.problems import problems

router = Router(tags=["audit"])
MOST = 500


class FactsAsked(Parameters):
    """`after`: the last seq that the program knows; 0 from the beginning."""

    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(100, gt=0, le=MOST)


class FactOut(BaseModel):
    """One fact: ids, codes, numbers and times, as its canonical body has them; `chain` is its link in the chain."""

    seq: int
    id: UUID
    kind: str
    case: UUID | None
    unit: UUID | None
    by: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    data: dict[str, Any]
    objects: list[tuple[str, UUID, str]]
    digest: str
    chain: str


class FactsOut(BaseModel):
    """`next`: what to ask after; facts that the caller may not read are passed over."""

    items: list[FactOut]
    next: int


@router.get("/facts", response={200: FactsOut, **problems()}, summary="Follow the facts")
def facts(request: HttpRequest, asked: Query[FactsAsked]) -> dict[str, Any]:
    """At most `limit` facts behind `after`, the oldest first."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    reach.need_anywhere(VIEW)
    found = facts_after(asked.after, asked.limit)
    ids = [fact.id for fact in found]
    allowed = dict(queries.readable(reach).filter(pk__in=ids).values_list("pk", "digest"))
    chains = dict(Position.objects.filter(seq__in=[fact.seq for fact in found]).values_list("seq", "chain"))
    items = [
        {
            "seq": fact.seq, "id": fact.id, "kind": fact.kind, "case": fact.case_id, "unit": fact.unit_id,
            "by": fact.by_id, "occurred_at": fact.occurred_at, "recorded_at": fact.recorded_at,
            "data": fact.data, "objects": fact.objects, "digest": allowed[fact.id], "chain": chains[fact.seq],
        }
        for fact in found
        if fact.id in allowed
    ]  # fmt: skip
    return {"items": items, "next": found[-1].seq if found else asked.after}
