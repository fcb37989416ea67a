"""The machine's clock is set back by an hour, while the program runs and before it starts: nothing is judged by it.

The program runs under Debian's libfaketime, which reads from a file how far to go; the database and the judge do not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from bench.bank import Bank
from tests.proof.survive.story import at_rest, customers_at, goes_on, more, one, until, verdict

TOLERATED = "10 seconds"
HOUR = 3600
# What was committed when it stopped: facts without a place yet get theirs first at the next start.
KNOWN = "SELECT (SELECT max(seq) FROM facts_position) + (SELECT count(*) FROM facts_pending)"
EARLY = """SELECT count(*) FROM facts_position p JOIN facts_fact f ON f.id = p.fact_id WHERE p.seq <= %s
 AND f.kind = 'complaints.received' AND f.recorded_at < (SELECT max(recorded_at) FROM facts_fact) - interval '30 minutes'"""
LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
TABLES = ("cases_case", "cases_clock", "facts_fact", "outbox_letter")


def prove(short: bool) -> dict[str, Any]:
    """Running and set back: it stops. Started while set back: it refuses. Right again: all goes on."""
    count = 20 if short else 500
    with Bank() as bank:
        dial = bank.folder / "dial"
        bank.environment |= _faked(dial)
        turn(dial, 0)
        bank.open()
        with customers_at(bank, 4) as customers:
            more(customers, count)
            turn(dial, -HOUR)
            stopped = until(
                lambda: bank.server is not None and bank.server.process.poll() is not None, "it stops"
            )
            said_running = _said(bank)
            known = one(bank, KNOWN)
            before, clocks = _sizes(bank), _clocks(bank)
            said_starting = _start_refused(bank)
            unchanged = before == _sizes(bank) and clocks == _clocks(bank)
            turn(dial, 0)
            bank.shut()
            bank.open()
            again = more(customers, count)
            goes_on(bank)
        early = one(bank, EARLY, known)
        decided = at_rest(bank, hasten=True)
        bank.shut()
        found, wrong = verdict(bank, customers), judged(bank.database, known)
    clear = "set back" in said_running and "behind the newest fact" in said_starting
    return found | {
        "ok": found["ok"] and unchanged and clear and not any(wrong.values()),
        "seconds_until_it_stopped": round(stopped, 2),
        "complaints_taken_in_between_the_step_and_the_stop": early,
        "said_when_set_back_while_running": said_running,
        "said_at_a_start_with_the_clock_set_back": said_starting,
        "that_start_changed_nothing": unchanged,
        "seconds_until_as_many_again_were_acknowledged": round(again, 2),
        "must_be_zero": found["must_be_zero"] | wrong,
        "doubtful_letters_decided": decided,
    }


def judged(database: str, known: int = 0) -> dict[str, int]:
    """What a wrong clock would leave, counted; all zeros is a pass. Up to `known` the order is not looked at: what was
    under way in the moment the clock was set back is told apart."""
    order = (
        "SELECT p.seq, f.recorded_at, lag(f.recorded_at) OVER (ORDER BY p.seq) AS earlier FROM facts_position p"
        " JOIN facts_fact f ON f.id = p.fact_id"
    )
    questions = {
        "facts recorded long before the one before them": (
            f"SELECT count(*) FROM ({order}) x WHERE seq > {known} AND recorded_at < earlier - interval '{TOLERATED}'"
        ),
        "clocks judged though nobody was late": "SELECT count(*) FROM cases_clock WHERE status = 'broken'",
        "clocks that began before their complaint": (
            "SELECT count(*) FROM cases_clock k JOIN cases_case c ON c.id = k.case_id WHERE k.started_at < c.opened_at"
        ),
        "facts from the future": "SELECT count(*) FROM facts_fact WHERE recorded_at > now()",
    }
    with psycopg.connect(database) as connection:
        return {
            name: connection.execute(asked.encode()).fetchall()[0][0] for name, asked in questions.items()
        }


def turn(dial: Path, seconds: int) -> None:
    """From now on the program's clock is so far from the machine's."""
    draft = dial.with_suffix(".new")
    draft.write_text(f"{seconds:+d}\n", encoding="ascii")
    draft.replace(dial)


def _faked(dial: Path) -> dict[str, str]:
    found = sorted(Path("/").glob(LIBRARIES[1:]))
    if not found:
        raise RuntimeError("libfaketime is missing; as root: apt-get install faketime")
    return {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME_TIMESTAMP_FILE": str(dial),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def _start_refused(bank: Bank) -> str:
    """What a start says that does not come about; nothing when it does."""
    try:
        bank.open()
    except RuntimeError as error:
        return str(error).strip()
    return ""


def _said(bank: Bank) -> str:
    lines = (bank.folder / "run.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in reversed(lines) if "clock" in line), "")


def _sizes(bank: Bank) -> list[int]:
    return [one(bank, f"SELECT count(*) FROM {table}") for table in TABLES]


def _clocks(bank: Bank) -> Any:
    state = "concat_ws(',', case_id, promise, status, started_at, due_at, judged_at)"
    return one(bank, f"SELECT md5(string_agg({state}, ';' ORDER BY case_id, promise)) FROM cases_clock")
