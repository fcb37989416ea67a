"""Facts as programs are given them: asked for, or told by a webhook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yinuo.facts.follow import facts_after
from yinuo.facts.models import Position
from yinuo.ground.access.reach import Reach
from yinuo.packs.audit import queries


def facts_read(
    reach: Reach, after: int, limit: int, *, upto: int | None = None, kinds: Sequence[str] = ()
) -> dict[str, Any]:
    """At most `limit` facts behind `after` (and not behind `upto`), the oldest first, and `next`: what to ask after.

    Those that the reader may not read are passed over, and so is what is none of `kinds`: each a kind, or all that begin
    with it where it ends with a point; all without any.
    """
    found = [fact for fact in facts_after(after, limit) if upto is None or fact.seq <= upto]
    ids = [fact.id for fact in found if not kinds or _is_one(fact.kind, kinds)]
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
    return {"items": items, "next": found[-1].seq if found else after}


def _is_one(kind: str, kinds: Sequence[str]) -> bool:
    return any(kind == each or (each.endswith(".") and kind.startswith(each)) for each in kinds)
