"""Judges what is left after the kills, by plain SQL and the mail server's own file; imports nothing of yinuo."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag

from tests.independent.unsealing import opened
from tests.proof.customers import Acknowledged

# name -> SQL that counts what must not be; every count has to be 0
NEVER = {
    "complaints with the same words": "SELECT count(*) FROM (SELECT words FROM complaints_complaint GROUP BY words HAVING count(*) > 1) x",
    "case numbers used twice": "SELECT count(*) FROM (SELECT number FROM cases_case GROUP BY number HAVING count(*) > 1) x",
    "cases without a receipt": "SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_receipt r WHERE r.case_id = c.id)",
    "cases with two receipts": "SELECT count(*) FROM (SELECT case_id FROM cases_receipt GROUP BY case_id HAVING count(*) > 1) x",
    "cases without their complaint": "SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM complaints_complaint p WHERE p.case_id = c.id)",
    "cases without exactly one matter": "SELECT count(*) FROM cases_case c WHERE (SELECT count(*) FROM complaints_matter m WHERE m.complaint_id = c.id) <> 1",
    "cases without exactly one fact of receipt": "SELECT count(*) FROM cases_case c WHERE (SELECT count(*) FROM facts_fact f WHERE f.case_id = c.id AND f.kind = 'complaints.received') <> 1",
    "cases without exactly one open step": "SELECT count(*) FROM cases_case c WHERE (SELECT count(*) FROM cases_step s WHERE s.case_id = c.id AND s.done_at IS NULL) <> 1",
    "cases with another number of clocks than the first": "SELECT count(*) FROM cases_case c WHERE (SELECT count(*) FROM cases_clock k WHERE k.case_id = c.id) <> (SELECT count(*) FROM cases_clock k WHERE k.case_id = (SELECT min(id::text)::uuid FROM cases_case))",
    "cases without a running clock": "SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_clock k WHERE k.case_id = c.id AND k.started_at IS NOT NULL AND k.due_at IS NOT NULL)",
    "cases without exactly one acknowledgement": "SELECT count(*) FROM cases_case c WHERE (SELECT count(*) FROM outbox_letter l WHERE l.case_id = c.id AND l.template = 'acknowledgement') <> 1",
    "letters not sent in the end": "SELECT count(*) FROM outbox_letter WHERE state <> 'sent'",
    "facts without a place in the order": "SELECT count(*) FROM facts_fact f WHERE NOT EXISTS (SELECT 1 FROM facts_position p WHERE p.fact_id = f.id)",
    "gaps in the order": "SELECT coalesce(max(seq), 0) - count(*) FROM facts_position",
}  # fmt: skip


def judge(
    database: str, acknowledged: Sequence[Acknowledged], arrived: Sequence[tuple[str, str]], master: bytes
) -> dict[str, int]:
    """What must not be, by name, counted; all zeros is a pass. `arrived` is (Message-ID, number) at the server, `master` the
    secret that opens what is sealed."""
    with psycopg.connect(database) as connection:
        found = {name: _one(connection, statement) for name, statement in NEVER.items()}
        words = _words(connection, master)
        twice = sum(count > 1 for said, count in Counter(words.values()).items() if said is not None)
        found["complaints with the same words"] += twice
        found |= _keys(connection, acknowledged, words)
        found |= _letters(connection, arrived)
        found["broken links of the chain"] = _chain(connection)
    return found


def counts(database: str) -> dict[str, int]:
    """How much there is of what."""
    tables = ("cases_case", "cases_clock", "cases_step", "facts_fact", "facts_position", "outbox_letter")
    with psycopg.connect(database) as connection:
        return {table: _one(connection, f"SELECT count(*) FROM {table}") for table in tables}


def _one(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0


def _words(connection: psycopg.Connection[Any], master: bytes) -> dict[UUID, str | None]:
    """What each customer wrote, by case; None for what cannot be opened where it stands."""
    keys = dict(connection.execute("SELECT subject_id, wrapped FROM vault_subjectkey").fetchall())
    found: dict[UUID, str | None] = {}
    for case, sealed in connection.execute("SELECT case_id, words FROM complaints_complaint").fetchall():
        try:
            found[case] = opened(sealed, "complaints.Complaint.words", case, keys, {1: master})
        except (InvalidTag, LookupError, ValueError):
            found[case] = None
    return found


def _keys(
    connection: psycopg.Connection[Any],
    acknowledged: Sequence[Acknowledged],
    words: Mapping[UUID, str | None],
) -> dict[str, int]:
    """Every acknowledged key has one receipt of the number told, every case was acknowledged to somebody."""
    token = connection.execute("SELECT secret_hash FROM api_token").fetchall()[0][0]
    rows = connection.execute(
        "SELECT r.key, c.number, c.id FROM cases_receipt r JOIN cases_case c ON c.id = r.case_id"
    ).fetchall()
    written = {key: (number, words[case]) for key, number, case in rows if case in words}
    told = {
        hashlib.sha256(f"{token}\0{a.key}".encode()).hexdigest(): (a.number, a.words) for a in acknowledged
    }
    return {
        "acknowledged complaints missing": len(told.keys() - written.keys()),
        "acknowledged with another number or other words": sum(
            written[key] != said for key, said in told.items() if key in written
        ),
        "numbers told to two customers": len(acknowledged) - len({each.number for each in acknowledged}),
        "complaints nobody was told of": len(written.keys() - told.keys()),
        "cases more than acknowledged": abs(_one(connection, "SELECT count(*) FROM cases_case") - len(told)),
    }


def _letters(connection: psycopg.Connection[Any], arrived: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Every acknowledgement arrived once, naming its own complaint."""
    rows = connection.execute(
        "SELECT l.message_id, c.number FROM outbox_letter l JOIN cases_case c ON c.id = l.case_id"
    ).fetchall()
    written, times = dict(rows), Counter(message_id for message_id, _number in arrived)
    return {
        "letters that never arrived": len(written.keys() - times.keys()),
        "letters that arrived twice": sum(count > 1 for count in times.values()),
        "letters nobody wrote": len(times.keys() - written.keys()),
        "letters naming another complaint": sum(written.get(m) != number for m, number in arrived),
    }


def _chain(connection: psycopg.Connection[Any]) -> int:
    """Links that do not follow from the one before, and facts whose bytes are not their digest's."""
    rows = connection.execute(
        "SELECT p.seq, p.chain, f.digest, f.body FROM facts_position p JOIN facts_fact f ON f.id = p.fact_id"
        " ORDER BY p.seq"
    )
    previous, broken = "0" * 64, 0
    for seq, chain, digest, body in rows:
        link = hashlib.sha256(f"{previous}:{seq}:{digest}".encode()).hexdigest()
        broken += link != chain or hashlib.sha256(body.encode()).hexdigest() != digest
        previous = chain
    return broken
