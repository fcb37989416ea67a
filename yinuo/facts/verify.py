"""Finds any single changed, removed, inserted or swapped fact, position or checkpoint, and a cut tail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from yinuo.facts import canonical, guards, heads, seals, stamps
from yinuo.facts.follow import head as last_seq
from yinuo.facts.models import Checkpoint, Fact, Pending, Position, Stamp
from yinuo.facts.roots import Roots
from yinuo.facts.sequencer import GENESIS, checkpoint_signature, link

MAX_PROBLEMS = 200
BATCH = 900  # rows at a time; SQLite counts its parameters

COLUMNS = ("id", "kind", "case_id", "unit_id", "by_id", "occurred_at", "recorded_at")
KEYS = ("id", "kind", "case", "unit", "by", "occurred_at", "recorded_at")


@dataclass(slots=True)
class Verdict:
    """`checked` positions were read up to `head_seq`; problems are sentences, at most MAX_PROBLEMS of them.

    `facts` counts all facts, waiting ones too. `notes` say what could not be looked at.
    """

    facts: int = 0
    head_seq: int = 0
    checked: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def add(self, problem: str) -> None:
        """Keep a problem; the last place of the list says that there are more."""
        if len(self.problems) < MAX_PROBLEMS - 1:
            self.problems.append(problem)
        elif len(self.problems) == MAX_PROBLEMS - 1:
            self.problems.append("there are more problems than this list holds")


def verify(*, since_checkpoint: bool = False) -> Verdict:
    """Read the chain from the start, or from the last good checkpoint, while the bank goes on working.

    The heads in files and the checkpoints are read before the positions, which are only added to: what is
    written meanwhile is left to the next reading and is never mistaken for damage.
    """
    verdict, checkpoints, good = Verdict(), list[Checkpoint](), None
    known_heads, roots = heads.read(), Roots(verdict.add)
    with _unreadable(verdict, "the tiles"):
        roots.read_tiles()
    with _unreadable(verdict, "the checkpoints"):
        checkpoints = list(Checkpoint.objects.order_by("seq"))
        roots.expect({checkpoint.seq: checkpoint.root for checkpoint in checkpoints})
    with _unreadable(verdict, "the last position"):
        verdict.head_seq = int(last_seq())
    for name in guards.missing(connection):
        verdict.add(f"trigger {name} is missing or switched off")
    with _unreadable(verdict, "the checkpoints"):
        good = _checkpoints(verdict, checkpoints)
    with _unreadable(verdict, "the heads outside"):
        _heads(verdict, known_heads, {checkpoint.seq for checkpoint in checkpoints})
    start = (good.seq, good.chain) if since_checkpoint and good else (0, GENESIS)
    with _unreadable(verdict, "the facts in their order"):
        _chain(verdict, *start, roots)
    with _unreadable(verdict, "the facts without a place"):
        _unplaced(verdict)
    _stamps(verdict)
    verdict.facts = Fact.objects.count()
    return verdict


def _stamps(verdict: Verdict) -> None:
    try:
        roots = stamps.believed()
    except (OSError, ValueError) as error:
        verdict.add(f"the certificates of the time stamp authority cannot be read: {type(error).__name__}")
        return
    with _unreadable(verdict, "the time stamps"):
        for problem in stamps.problems(roots):
            verdict.add(problem)
    if not roots and Stamp.objects.exists():
        verdict.notes.append("who signed the time stamps was not checked: YINUO_TIMESTAMP_ROOTS names nobody")


@contextmanager
def _unreadable(verdict: Verdict, what: str) -> Iterator[None]:
    """SQLite keeps any value in any column: one that is not of its type is damage, not our error."""
    try:
        yield
    except (ValueError, TypeError, AttributeError) as error:
        verdict.add(f"{what}: a value cannot be read ({error})")


def _checkpoints(verdict: Verdict, checkpoints: list[Checkpoint]) -> Checkpoint | None:
    """Check every signature and chain; the last checkpoint before which nothing is wrong."""
    chains = _chains_at([checkpoint.seq for checkpoint in checkpoints])
    previous, good, whole = "", None, True
    for checkpoint in checkpoints:
        before = len(verdict.problems)
        if checkpoint.signature != checkpoint_signature(checkpoint, previous):
            verdict.add(f"checkpoint {checkpoint.seq}: its signature does not hold, or one before it is gone")
        if not seals.holds(seals.of(checkpoint), checkpoint.seal):
            verdict.add(f"checkpoint {checkpoint.seq}: its seal does not hold")
        if chains.get(checkpoint.seq) != checkpoint.chain:
            verdict.add(f"checkpoint {checkpoint.seq}: the chain there is another, or is cut before it")
        whole = whole and len(verdict.problems) == before
        good = checkpoint if whole else good
        previous = checkpoint.signature
    return good


def _heads(verdict: Verdict, known: list[heads.Head], checkpoints: set[int]) -> None:
    if not known and verdict.head_seq:
        verdict.notes.append("no signed head of this database outside of it: a cut tail would not show")
    chains = _chains_at([head.seq for head in known])
    for head in known:
        if not head.genuine:
            verdict.add(f"{head.where}: the signature does not hold")
        elif head.seq > verdict.head_seq:
            verdict.add(f"{head.where}: the chain reached {head.seq} and now ends at {verdict.head_seq}: cut")
        elif chains.get(head.seq) != head.chain:
            verdict.add(f"{head.where}: the chain at {head.seq} was another")
        elif head.checkpoint and head.seq not in checkpoints:
            verdict.add(f"{head.where}: checkpoint {head.seq} is gone from the database")


def _chain(verdict: Verdict, seq: int, chain: str, roots: Roots) -> None:
    """Walk from a trusted (seq, chain) to the head; after a break go on from what is stored."""
    roots.begin(seq)
    for places in _batches(seq, verdict.head_seq):
        facts = _facts([identity for _, identity, _ in places])
        for place, identity, stored in places:
            if place != seq + 1:
                verdict.add(f"between positions {seq} and {place}: {place - seq - 1} are missing")
            fact = facts.get(identity)
            if fact is None:
                verdict.add(f"position {place}: its fact {identity} is gone")
            else:
                _fact(verdict, f"position {place}, fact {identity}", fact)
                roots.add(place, fact[-1])
                if link(chain, place, fact[-1]) != stored:
                    verdict.add(
                        f"position {place}: the chain does not follow from the fact and the chain before"
                    )
            seq, chain = place, stored
            verdict.checked += 1
    if seq != verdict.head_seq:
        verdict.add(f"positions after {seq} up to {verdict.head_seq} are gone")


def _fact(verdict: Verdict, where: str, row: tuple[Any, ...]) -> None:
    """Compare the digest with the body, the body with its canonical form, the columns with the body."""
    *columns, body, digest = row
    if canonical.digest(body) != digest:
        verdict.add(f"{where}: the body does not match its digest")
    try:
        content = json.loads(body)
        canon = canonical.dumps(content)
        told = [content[key] for key in KEYS]
    except (ValueError, TypeError, KeyError):
        verdict.add(f"{where}: the body is not a fact")
        return
    if canon != body:
        verdict.add(f"{where}: the body is not canonical")
    for name, value, said in zip(COLUMNS, columns, told, strict=True):
        if _text(value) != said:
            verdict.add(f"{where}: column {name} is {_text(value)}, the body says {said}")


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return canonical.instant(value) if isinstance(value, datetime) else str(value)


def _unplaced(verdict: Verdict) -> None:
    """Facts and waiting places that do not belong together; each query sees one moment."""
    waits = Exists(Pending.objects.filter(fact_id=OuterRef("pk")))
    placed = Exists(Position.objects.filter(fact_id=OuterRef("pk")))
    there = Exists(Fact.objects.filter(pk=OuterRef("fact_id")))
    seated = Exists(Position.objects.filter(fact_id=OuterRef("fact_id")))
    searches = (
        (Fact.objects.filter(~placed, ~waits).values_list("id", flat=True), "has no place and does not wait"),
        (
            Pending.objects.filter(~there).values_list("fact_id", flat=True),
            "waits for a place and is not there",
        ),
        (Pending.objects.filter(seated).values_list("fact_id", flat=True), "waits for a place and has one"),
    )
    for found, trouble in searches:
        for identity in found[:MAX_PROBLEMS]:
            verdict.add(f"fact {identity} {trouble}")


def _batches(seq: int, last: int) -> Iterator[list[tuple[int, UUID, str]]]:
    """Positions after seq up to last, in order.

    From the start, those before 1 come too, which nobody ever gave.
    """
    query = Position.objects.filter(seq__lte=last).order_by("seq").values_list("seq", "fact_id", "chain")
    places = list((query.filter(seq__gt=seq) if seq else query)[:BATCH])
    while places:
        yield places
        places = list(query.filter(seq__gt=places[-1][0])[:BATCH])


def _facts(ids: list[UUID]) -> dict[UUID, tuple[Any, ...]]:
    rows = Fact.objects.filter(id__in=ids).values_list(*COLUMNS, "body", "digest")
    return {row[0]: row for row in rows}


def _chains_at(seqs: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(seqs), BATCH):
        wanted = seqs[start : start + BATCH]
        found.update(Position.objects.filter(seq__in=wanted).values_list("seq", "chain"))
    return found
