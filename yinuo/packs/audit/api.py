"""Facts for programs, in their one order: ask again with `next` until it stays the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from yinuo.packs.audit.pack import VIEW
from yinuo.packs.audit.reading import facts_read
from yinuo.web.parameters import Parameters
from yinuo.web.problems import problems

router = Router(tags=["audit"])
MOST = 500


class FactsAsked(Parameters):
    """`after`: the last seq that the program knows; 0 from the beginning. `kinds`, with a space between: whole ones, or
    `complaints.` for all that begin so."""

    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(100, gt=0, le=MOST)
    kinds: str = Field("", max_length=400)


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
    return facts_read(reach, asked.after, asked.limit, kinds=asked.kinds.split())
