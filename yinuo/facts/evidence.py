"""Facts with what shows that they belong to a signed head: what a proof hands to somebody who trusts no database."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max

from yinuo.facts import canonical, stamps, tiles
from yinuo.facts.models import Checkpoint, Fact, Position, Stamp
from yinuo.facts.sequencer import checkpoint, sequence_once

PATIENCE = 30.0  # seconds until another sequencer has surely placed what was committed
BATCH = 900  # facts at a time; SQLite counts its parameters


class NotSettled(RuntimeError):
    """Some facts have no place yet; asking again later helps."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`lines` are the facts' canonical texts in their order, `places` how each leads to the root of `head`; `stamp` is the
    time stamp of that head, if it has one."""

    head: Checkpoint
    stamp: Stamp | None
    lines: list[str]
    places: list[dict[str, Any]]

    def head_said(self) -> dict[str, Any]:
        """What the seal of the head states, with the seal."""
        head = self.head
        said = {"seq": head.seq, "root": head.root, "chain": head.chain, "at": canonical.instant(head.at)}
        return said | {"seal": head.seal}


def evidence(facts: Collection[UUID]) -> Evidence:
    """The facts below a head that covers them all: the first that was time-stamped, else the last; signs one where the last
    does not. NotSettled where a fact stays without a place."""
    last = _settled(facts)
    stamp = stamps.first_over(last)
    head = Checkpoint.objects.filter(seq=stamp.seq).first() if stamp else None
    head = head or Checkpoint.objects.order_by("-seq").first()
    if head is None or head.seq < last:
        head = checkpoint()
    if head is None:
        raise NotSettled("there is no fact")
    tree, found = tiles.tree(head.seq), _placed(facts)
    return Evidence(
        head,
        stamp if stamp and stamp.seq == head.seq else None,
        [body for _seq, body in found],
        [{"seq": seq, "path": [each.hex() for each in tree.path(seq)]} for seq, _body in found],
    )


def _settled(facts: Collection[UUID]) -> int:
    """The last place of the facts, waited for where somebody else gives it."""
    until, ids = time.monotonic() + PATIENCE, list(facts)
    while True:
        parts = [Position.objects.filter(fact_id__in=ids[n : n + BATCH]) for n in range(0, len(ids), BATCH)]
        if sum(part.count() for part in parts) == len(ids):
            return max((part.aggregate(last=Max("seq"))["last"] for part in parts), default=0)
        if not sequence_once():
            if time.monotonic() > until:
                raise NotSettled("some facts have no place in the order yet")
            time.sleep(0.05)


def _placed(facts: Collection[UUID]) -> list[tuple[int, str]]:
    ids = list(facts)
    rows = [
        row
        for n in range(0, len(ids), BATCH)
        for row in Fact.objects.filter(pk__in=ids[n : n + BATCH]).values_list("position__seq", "body")
    ]
    return sorted(rows)
