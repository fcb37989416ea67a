"""`python -m tests.proof.kill`: processes are killed at random moments while complaints come in; nothing is lost.

PostgreSQL with fsync, `yinuo run` (2 web workers, live, background), a mail server of its own process. Customers
send complaints through the API, at least eight always waiting for an answer, each with an idempotency key that it
repeats until acknowledged. SIGKILL, without warning, to one process after the other. Then everybody finishes, the
letters leave, a person decides about the doubtful ones, and the judge counts. Writes docs/proof/kill.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench.bank import ROOT, Bank
from tests.proof.customers import Customers
from tests.proof.judge import counts, judge

RESULT = ROOT / "docs" / "proof" / "kill.json"
CUSTOMERS = 12
BETWEEN = 50  # complaints acknowledged between two kills: each hits a bank that works, not one that starts
WAITING = 8  # requests that must be under way at the moment of a kill
WEIGHTS = {"web worker": 4, "background": 3, "web": 2, "live": 1}
SETTLE = 900.0  # seconds for letters; a killed worker's letters are free after five minutes


def processes(supervisor: int) -> dict[str, list[int]]:
    """The process ids below `yinuo run`, by what they are."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    below = {int(pid): words for pid, parent, words in rows if int(parent) == supervisor}
    web = [pid for pid, words in below.items() if words.endswith("yinuo.site.wsgi:application")]
    return {
        "web": web,
        "web worker": [
            int(pid) for pid, parent, words in rows if int(parent) in web and "resource_tracker" not in words
        ],
        "live": [pid for pid, words in below.items() if words.endswith("yinuo.site.live:application")],
        "background": [pid for pid, words in below.items() if words.endswith("background")],
    }


def kill_one(rng: random.Random, supervisor: int) -> str:
    """SIGKILL to a process drawn by weight; what it was, "" when none of that kind is running."""
    kind = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    victims = processes(supervisor)[kind]
    if not victims:
        return ""
    try:
        os.kill(rng.choice(sorted(victims)), signal.SIGKILL)
    except ProcessLookupError:
        return ""
    return kind


def storm(
    bank: Bank, customers: Customers, rng: random.Random, kills: int, intakes: int
) -> list[dict[str, Any]]:
    """Kill so many times, each with enough requests under way; then go on until enough were acknowledged."""
    done: list[dict[str, Any]] = []
    begun = time.monotonic()
    server = bank.server
    if server is None:
        raise RuntimeError("yinuo run is not running")
    while len(done) < kills:
        enough = len(customers.acknowledged) + BETWEEN
        time.sleep(rng.uniform(0.0, 4.0))
        while len(customers.acknowledged) < enough or (waiting := customers.in_flight) < WAITING:
            time.sleep(0.005)
        if kind := kill_one(rng, server.process.pid):
            done.append({"killed": kind, "at": round(time.monotonic() - begun, 2), "under_way": waiting})
            print(
                f"{len(done):3} {kind:11} {waiting} under way, {len(customers.acknowledged)} so far",
                flush=True,
            )
    while len(customers.acknowledged) < intakes:
        time.sleep(0.2)
    return done


def settle(bank: Bank) -> dict[str, int]:
    """Wait for the last letter and the last fact; the person decides about the doubtful letters."""
    decided = {"arrived": 0, "again": 0}
    until = time.monotonic() + SETTLE
    while time.monotonic() < until:
        with psycopg.connect(bank.database) as connection:
            states = dict(
                connection.execute("SELECT state, count(*) FROM outbox_letter GROUP BY 1").fetchall()
            )
            pending = connection.execute("SELECT count(*) FROM facts_pending").fetchall()[0][0]
        if set(states) <= {"sent"} and not pending:
            break
        if set(states) <= {"sent", "doubtful"}:
            for name, count in _decide(bank).items():
                decided[name] += count
        time.sleep(2)
    return decided


def _decide(bank: Bank) -> dict[str, int]:
    path = bank.folder / "arrived.txt"
    path.write_text("\n".join(message_id for message_id, _number in _arrived(bank)), encoding="utf-8")
    said = bank.script("tests.proof.decide", str(path)).split()
    return {name: int(count) for name, _, count in (pair.partition("=") for pair in said)}


def _arrived(bank: Bank) -> list[tuple[str, str]]:
    return bank.sink.letters() if bank.sink else []


def commit() -> str:
    """The commit of the checkout, with + when files differ from it."""
    asked = {"capture_output": True, "text": True, "cwd": ROOT}
    head = subprocess.run(["git", "rev-parse", "HEAD"], **asked).stdout.strip()  # type: ignore[call-overload]
    changed = subprocess.run(["git", "status", "--porcelain", "-uno"], **asked).stdout  # type: ignore[call-overload]
    return head + ("+" if changed.strip() else "")


def prove(kills: int, intakes: int, seed: str) -> dict[str, Any]:
    """The whole proof; the result as it is written."""
    rng = random.Random(seed)
    with Bank() as bank:
        bank.open()
        customers = Customers(bank.port, bank.staff()["token"], CUSTOMERS)
        begun = time.monotonic()
        customers.start()
        try:
            done = storm(bank, customers, rng, kills, intakes)
        finally:
            customers.finish()
        took = time.monotonic() - begun
        decided = settle(bank)
        settled = time.monotonic() - begun
        bank.shut()
        verdict = bank.yinuo("verify").splitlines()[-1]
        never = judge(bank.database, customers.acknowledged, _arrived(bank), bank.master)
        return {
            "ok": not any(never.values()) and verdict.startswith("ok=true") and not customers.refused,
            "kills": len(done),
            "kills_by_kind": {kind: sum(each["killed"] == kind for each in done) for kind in WEIGHTS},
            "fewest_under_way_at_a_kill": min((each["under_way"] for each in done), default=0),
            "acknowledged": len(customers.acknowledged),
            "acknowledged_after_several_attempts": sum(a.attempts > 1 for a in customers.acknowledged),
            "refused": customers.refused[:5],
            "must_be_zero": never,
            "doubtful_letters_decided": decided,
            "verify": verdict,
            "counts": counts(bank.database),
            "seconds": {"intake": round(took, 1), "until_settled": round(settled, 1)},
            "moments": done,
        }


def main() -> int:
    """Status 1 when anything was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--intakes", type=int, default=10_000)
    parser.add_argument("--dry", action="store_true", help="do not write the result file")
    options = parser.parse_args()
    head = commit()
    seed = hashlib.sha256(head.encode()).hexdigest()
    print(f"commit={head} seed={seed}", flush=True)
    result = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": head,
        "seed": seed,
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": [round(each, 1) for each in os.getloadavg()],
        **prove(options.kills, options.intakes, seed),
    }
    if not options.dry:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in result.items() if key != "moments"}, indent=1))
    print(f"ok={str(result['ok']).lower()} kills={result['kills']} acknowledged={result['acknowledged']}")
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
