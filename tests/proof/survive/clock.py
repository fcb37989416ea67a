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
LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
TABLES = ("cases_case", "cases_clock", "facts_fact", "outbox_letter")


def prove(short: bool) -> dict[str, Any]:
    """Running and set back: it stops. Started while set back: it refuses. Right again: all goes on."""
    del short  # it is short as it is
    with Bank() as bank:
        dial = bank.folder / "dial"
        bank.environment |= _faked(dial)
        turn(dial, 0)
        bank.open()
        with customers_at(bank, 4) as customers:
            more(customers, 50)
            turn(dial, -HOUR)
            stopped = until(
                lambda: bank.server is not None and bank.server.process.poll() is not None, "it stops"
            )
            said_running = _said(bank)
            before, clocks = _sizes(bank), _clocks(bank)
            refused = _start_refused(bank)
            said_starting = _said(bank)
            unchanged = before == _sizes(bank) and clocks == _clocks(bank)
            turn(dial, 0)
            bank.shut()
            bank.open()
            again = more(customers, 50)
            goes_on(bank)
        decided = at_rest(bank, hasten=True)
        bank.shut()
        found, wrong = verdict(bank, customers), judged(bank.database)
    clear = "set back" in said_running and "behind the newest fact" in said_starting
    return found | {
        "ok": found["ok"] and refused and unchanged and clear and not any(wrong.values()),
        "seconds_until_it_stopped": round(stopped, 2),
        "said_when_set_back_while_running": said_running,
        "said_at_a_start_with_the_clock_set_back": said_starting,
        "that_start_changed_nothing": unchanged,
        "seconds_until_50_more_were_acknowledged": round(again, 2),
        "must_be_zero": found["must_be_zero"] | wrong,
        "doubtful_letters_decided": decided,
    }


def judged(database: str) -> dict[str, int]:
    """What a wrong clock would leave, counted; all zeros is a pass."""
    order = (
        "SELECT f.recorded_at, lag(f.recorded_at) OVER (ORDER BY p.seq) AS earlier FROM facts_position p"
        " JOIN facts_fact f ON f.id = p.fact_id"
    )
    questions = {
        "facts recorded long before the one before them": (
            f"SELECT count(*) FROM ({order}) x WHERE recorded_at < earlier - interval '{TOLERATED}'"
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


def _start_refused(bank: Bank) -> bool:
    try:
        bank.open()
    except RuntimeError:
        return True
    return False


def _said(bank: Bank) -> str:
    lines = (bank.folder / "run.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in reversed(lines) if "clock" in line), "")


def _sizes(bank: Bank) -> list[int]:
    return [one(bank, f"SELECT count(*) FROM {table}") for table in TABLES]


def _clocks(bank: Bank) -> Any:
    state = "concat_ws(',', case_id, promise, status, started_at, due_at, judged_at)"
    return one(bank, f"SELECT md5(string_agg({state}, ';' ORDER BY case_id, promise)) FROM cases_clock")
