"""Everything runs twice against one database: every job, letter and rule of a loop happens once."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg

from bench.bank import Bank, Process, free_port
from tests.proof.survive.story import customers_at, more, one, say, until

AT_REST = """SELECT (SELECT count(*) FROM outbox_letter WHERE state IN ('written', 'sending'))
 + (SELECT count(*) FROM jobs_job WHERE state IN ('waiting', 'running')) + (SELECT count(*) FROM facts_pending)
 + (SELECT count(*) FROM loops_run WHERE state = 'waiting')
 + (SELECT count(*) FROM facts_position) - (SELECT coalesce(max(seq), 0) FROM loops_follower)"""

# name -> SQL that counts what must not be; every count has to be 0. A closed complaint sets off two rules: its customer
# is asked for a rating, and called back.
NEVER = {
    "jobs not done": "SELECT count(*) FROM jobs_job WHERE state <> 'done'",
    "jobs run more than once": "SELECT count(*) FROM jobs_job WHERE attempts > 1",
    "periodic jobs asked for twice": "SELECT count(*) FROM (SELECT count(*) AS n FROM jobs_job WHERE kind = ANY(%(periodic)s) AND id <> ALL(%(asked)s) GROUP BY kind) x WHERE n > %(turns)s",
    "rules not done": "SELECT count(*) FROM loops_run WHERE state <> 'done'",
    "rules done twice for a fact": "SELECT count(*) FROM (SELECT 1 FROM loops_run GROUP BY seq, rule HAVING count(*) > 1) x",
    "closed complaints without two rules": "SELECT count(*) FROM facts_fact f JOIN facts_position p ON p.fact_id = f.id WHERE f.kind = 'complaints.closed' AND (SELECT count(*) FROM loops_run r WHERE r.seq = p.seq) <> 2",
    "closed complaints without exactly one question for a rating": "SELECT count(*) FROM cases_case c WHERE c.kind = 'complaints' AND NOT c.is_open AND (SELECT count(*) FROM surveys_invitation i WHERE i.about_id = c.id) <> 1",
    "closed complaints without exactly one call-back": "SELECT count(*) FROM cases_case c WHERE c.kind = 'complaints' AND NOT c.is_open AND (SELECT count(*) FROM cases_reference r JOIN cases_case b ON b.id = r.from_case_id WHERE r.to_case_id = c.id AND b.kind = 'callbacks') <> 1",
    "letters not sent": "SELECT count(*) FROM outbox_letter WHERE state <> 'sent'",
    "letters written twice": "SELECT count(*) FROM (SELECT 1 FROM outbox_letter GROUP BY case_id, template HAVING count(*) > 1) x",
    "facts without a place in the order": "SELECT count(*) FROM facts_fact f WHERE NOT EXISTS (SELECT 1 FROM facts_position p WHERE p.fact_id = f.id)",
    "gaps in the order": "SELECT coalesce(max(seq), 0) - count(*) FROM facts_position",
}  # fmt: skip


PERIODIC = ["files.sweep", "portal.clean_up"]
TURN = "UPDATE jobs_periodic SET next_at = now() WHERE kind = ANY(%s)"
MADE = "SELECT count(*) FROM jobs_job WHERE kind = ANY(%s) AND id <> ALL(%s)"


def prove(short: bool) -> dict[str, Any]:
    """Two supervisors with all their processes; complaints that are handled to their end, jobs, periodic jobs whose time has come."""
    count, turns = (40, 2) if short else (400, 10)
    with Bank() as bank:
        bank.open()
        ports = ["--port", str(free_port()), "--live-port", str(free_port())]
        command = [sys.executable, "-u", "-m", "yinuo", "run", *ports]
        second = Process(command, bank.folder / "second.log", env=bank.environment)
        try:
            until(lambda: "ready=true" in second.log.read_text(errors="replace"), "the second one is ready")
            until(lambda: one(bank, MADE, PERIODIC, []) == len(PERIODIC), "the first periodic jobs")
            with customers_at(bank, 8) as customers:
                more(customers, 3 * count)
                asked = work(bank, count)
            for turn in range(turns):
                until(lambda: one(bank, AT_REST) == 0, "nothing is left to do")
                say(bank, TURN, PERIODIC)
                until(
                    lambda n=turn: one(bank, MADE, PERIODIC, asked) >= (n + 2) * len(PERIODIC),  # type: ignore[misc]
                    "the periodic jobs come again",
                )
            until(lambda: one(bank, AT_REST) == 0, "nothing is left to do")
            workers = one(bank, "SELECT count(DISTINCT worker) FROM jobs_job WHERE id = ANY(%s)", asked)
        finally:
            second.stop()
        bank.shut()
        said = bank.yinuo("verify").splitlines()[-1]
        arrived = [message for message, _number in bank.sink.letters()] if bank.sink else []
        never = judged(bank.database, arrived, asked, turns + 1)
        closed = one(bank, "SELECT count(*) FROM facts_fact WHERE kind = 'complaints.closed'")
    return {
        "ok": not any(never.values()) and said.startswith("ok=true") and closed == count and workers == 2,
        "acknowledged": len(customers.acknowledged),
        "closed": closed,
        "jobs_asked_for": len(asked),
        "turns_of_periodic_jobs": turns + 1,
        "workers_that_did_jobs": workers,
        "letters": len(arrived),
        "must_be_zero": never,
        "verify": said,
    }


def judged(database: str, arrived: Sequence[str], asked: Sequence[Any], turns: int) -> dict[str, int]:
    """What must not be, counted; all zeros is a pass. `arrived`: a Message-ID for every letter at the server."""
    values = {"asked": list(asked), "turns": turns, "periodic": PERIODIC}
    with psycopg.connect(database) as connection:
        found = {
            name: connection.execute(sql.encode(), values).fetchall()[0][0] for name, sql in NEVER.items()
        }
        written = {message for (message,) in connection.execute("SELECT message_id FROM outbox_letter")}
    times = Counter(arrived)
    return found | {
        "letters that never arrived": len(written - times.keys()),
        "letters that arrived twice": sum(count > 1 for count in times.values()),
    }


def work(bank: Bank, count: int) -> list[Any]:
    """Complaints handled to their end, and jobs; the ids of the jobs asked for."""
    known = [each for (each,) in _ask(bank, "SELECT id FROM jobs_job")]
    bank.script("tests.proof.survive.work", str(count))
    return [
        each
        for (each,) in _ask(bank, "SELECT id FROM jobs_job WHERE kind = 'portal.clean_up'")
        if each not in known
    ]


def _ask(bank: Bank, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(bank.database) as connection:
        return connection.execute(statement.encode()).fetchall()
