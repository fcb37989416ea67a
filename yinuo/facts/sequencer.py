"""Gives committed facts their place in one gap-free order and chains their digests.

Ids are given before commit, so whoever tails the facts by id loses those that commit late. Only the sequencer
sees finished transactions alone; everything else follows Position.seq. Several may run: one works, the others
do nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from functools import lru_cache, partial
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import DatabaseError, InterfaceError

from yinuo.facts import canonical, heads, seals, tiles
from yinuo.facts.models import Checkpoint, Fact, Pending, Position
from yinuo.facts.questions import Question, one

CHANNEL = "facts"
CHECKPOINT_EVERY = 1_000  # positions: whenever a multiple of it is passed
CHECKPOINT_SECONDS = 60.0  # a quiet bank's last facts are signed no later than this
GENESIS = "0" * 64
LOCK = 0x59494E554F464143  # any number nobody else takes as a PostgreSQL advisory lock
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.08  # seconds between looks; the upper one when nothing happens
LONGEST_RETRY = 5.0  # seconds between attempts to reach a lost database

log = logging.getLogger(__name__)


def link(previous: str, seq: int, digest: str) -> str:
    """The chain at `seq`: SHA-256 of "previous:seq:digest", hexadecimal."""
    return canonical.digest(f"{previous}:{seq}:{digest}")


def sequence_once(limit: int = 5_000) -> int:
    """Place up to `limit` waiting facts after the head, in the order of their ids; how many were placed.

    0 also when another sequencer is at work. On PostgreSQL, listeners of channel `facts` hear the new head at
    commit.
    """
    if not _IS_ANY():  # a look costs SQLite's writers nothing, a transaction would
        return 0
    with transaction.atomic():
        if not _lead(wait=False):
            return 0
        seq, chain = first, _ = _head()
        rows: list[tuple[int, UUID, str]] = []
        for identity, digest in _digests([identity for (identity,) in _waiting(limit)()]):
            seq, chain = seq + 1, link(chain, seq + 1, digest)
            rows.append((seq, identity, chain))
        if rows:
            _place(rows)
            if seq // CHECKPOINT_EVERY > first // CHECKPOINT_EVERY:
                _sign(seq, chain)
            transaction.on_commit(partial(heads.note, seq, chain))
    return len(rows)


def checkpoint() -> Checkpoint | None:
    """Sign the head of the chain now; the existing one when it is signed already, None before any fact."""
    with transaction.atomic():
        _lead(wait=True)
        seq, chain = _head()
        return _sign(seq, chain) if seq else None


def sequencer_loop(stop: threading.Event) -> None:
    """Sequence until `stop` is set, through losses of the database; signs the head when it ends."""
    pause, retry, signed = SHORTEST_PAUSE, SHORTEST_PAUSE, time.monotonic()
    while not stop.is_set():
        try:
            pause = SHORTEST_PAUSE if sequence_once() else min(pause * 1.5, LONGEST_PAUSE)
            if time.monotonic() - signed > CHECKPOINT_SECONDS:
                checkpoint()
                signed = time.monotonic()
            retry = SHORTEST_PAUSE
            stop.wait(pause)
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("The sequencer lost the database or its folder, and tries again: %s", error)
            _let_go()
            retry = min(retry * 2, LONGEST_RETRY)
            stop.wait(retry)
    _sign_at_the_end()
    _let_go()


def _sign_at_the_end() -> None:
    for _ in range(2):  # the connection may have been lost while nothing was asked of it
        try:
            checkpoint()
            return
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("The head of the chain could not be signed at the end: %s", error)
            _let_go()


def _lead(*, wait: bool) -> bool:
    """Become the one sequencer until the transaction ends. SQLite's IMMEDIATE transaction is that already."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


_IS_ANY = Question(lambda: Pending.objects.values_list("fact_id")[:1])
_HEAD = Question(lambda: Position.objects.order_by("-seq").values_list("seq", "chain")[:1])


def _head() -> tuple[int, str]:
    seq, chain = one(_HEAD()) or (0, GENESIS)
    return seq, chain


@lru_cache(maxsize=8)
def _waiting(limit: int) -> Question:
    """Ids of facts that wait, in their order."""
    return Question(lambda: Pending.objects.order_by("fact_id").values_list("fact_id")[:limit])


# Ids as one array: whatever the server last counted in these tables, it looks each id up and reads no table whole.
_DIGESTS = """SELECT f.id, f.digest FROM unnest(%s::uuid[]) AS waits (id) JOIN facts_fact f ON f.id = waits.id
WHERE NOT EXISTS (SELECT 1 FROM facts_position p WHERE p.fact_id = f.id) ORDER BY f.id"""


def _digests(waiting: list[UUID]) -> list[tuple[UUID, str]]:
    """(id, digest) of those that have no place yet, in the order of their ids."""
    if connection.vendor != "postgresql":
        facts = Fact.objects.filter(id__in=waiting, position__isnull=True).order_by("id")
        return list(facts.values_list("id", "digest"))
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, [waiting])
        return list(cursor.fetchall())


_PLACE = """WITH placed AS (
  INSERT INTO facts_position (seq, fact_id, chain) SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[])
  RETURNING fact_id
), gone AS (DELETE FROM facts_pending USING placed WHERE facts_pending.fact_id = placed.fact_id)
SELECT pg_notify(%s, %s)"""


def _place(rows: list[tuple[int, UUID, str]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_PLACE, [*map(list, zip(*rows, strict=True)), CHANNEL, str(rows[-1][0])])
            return
        as_text = [(seq, identity.hex, chain) for seq, identity, chain in rows]
        cursor.executemany("INSERT INTO facts_position (seq, fact_id, chain) VALUES (%s, %s, %s)", as_text)
        gone = [(identity,) for _, identity, _ in as_text]
        cursor.executemany("DELETE FROM facts_pending WHERE fact_id = %s", gone)


def _sign(seq: int, chain: str) -> Checkpoint:
    last = Checkpoint.objects.order_by("-seq").first()
    if last and last.seq == seq:
        return last
    made = Checkpoint(seq=seq, chain=chain, count=seq, at=datetime.now(UTC))
    made.root = tiles.grow(last.seq if last else 0, seq)
    made.seal = seals.seal(seals.of(made))
    made.signature = checkpoint_signature(made, last.signature if last else "")
    made.save(force_insert=True)
    transaction.on_commit(partial(heads.append, seq, chain, made.at))
    return made


def checkpoint_signature(checkpoint: Checkpoint, previous: str) -> str:
    """HMAC over every column and the signature before, so that none can be taken out of the row of them."""
    return heads.sign(
        {
            "previous": previous,
            "seq": checkpoint.seq,
            "chain": checkpoint.chain,
            "count": checkpoint.count,
            "at": canonical.instant(checkpoint.at),
            "root": checkpoint.root,
            "seal": checkpoint.seal,
        }
    )


def _let_go() -> None:
    """Close this thread's connection; a broken one may refuse even that."""
    try:
        connection.close()
    except (DatabaseError, InterfaceError):
        connection.connection = None
