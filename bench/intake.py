"""One complaint through the authenticated HTTP API, beside one ticket at the peer: rounds in turn, one machine."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from bench.bank import HOST, ROOT, Bank, Process
from bench.peer import Peer

CONNECTIONS = 8
STREAMS = 50
OURS = {
    "words": "我的信用卡在柜台被多收了年费，请退回。这是第 {i} 位客户的来信。",
    "name": "王小敏",
    "email": "c{i}@example.com",
    "source": "portal",
    "amount": 12000,
}
THEIRS = {
    "queue": 1,
    "title": "Annual fee charged twice {i}",
    "description": "我的信用卡在柜台被多收了年费，请退回。这是第 {i} 位客户的来信。",
    "submitter_email": "c{i}@example.com",
    "priority": 3,
}


def load(plan: dict[str, Any]) -> dict[str, Any]:
    """One round of the client in a process of its own."""
    command = [sys.executable, "-m", "bench.load", json.dumps(plan)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(bank: Bank, peer: Peer | None, *, rounds: int, seconds: float) -> dict[str, Any]:
    """Alternating rounds: rate (1/s), p50 and p95 (ms) of each, their ratio; letters that left meanwhile."""
    ours, theirs = _plan(bank.port, "/api/v1/complaints", OURS), {}
    ours["headers"] = {"Authorization": f"Bearer {bank.staff()['token']}", "Idempotency-Key": "bench-key-{i}"}
    if peer:
        theirs = _plan(peer.port, "/api/tickets/", THEIRS)
        theirs["headers"] = {"Authorization": f"Token {peer.token}"}
    streams = _streams(bank)
    found: dict[str, list[dict[str, Any]]] = {"yinuo": [], "peer": []}
    try:
        for plan in filter(None, (ours, theirs)):  # warm: compiled questions, prepared statements, caches
            load(plan | {"seconds": 3, "first": 10**8})
        _drain(bank)
        letters, waits = len(_letters(bank)), []
        for number in range(1, rounds + 1):
            found["yinuo"].append(load(ours | {"seconds": seconds, "first": number * 10**6}))
            waits.append(_drain(bank))  # our letters must not slow the peer's round down
            if theirs:
                found["peer"].append(load(theirs | {"seconds": seconds, "first": number * 10**6}))
        complaints = sum(each["count"] for each in found["yinuo"])
    finally:
        streams.stop()
    result: dict[str, Any] = {name: _median(each) for name, each in found.items() if each}
    if theirs:
        pairs = zip(found["yinuo"], found["peer"], strict=True)
        result["ratio"] = round(statistics.median(a["rate"] / b["rate"] for a, b in pairs), 2)
    result["letters"] = {
        "left": len(_letters(bank)) - letters,
        "complaints": complaints,
        "seconds_after_each_round": waits,
    }
    return result | {
        "connections": CONNECTIONS,
        "streams": STREAMS,
        "seconds_a_round": seconds,
        "rounds": found,
    }


def _plan(port: int, path: str, body: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(body, ensure_ascii=False)
    return {
        "host": HOST, "port": port, "path": path, "method": "POST", "body": text, "connections": CONNECTIONS,
    }  # fmt: skip


def _streams(bank: Bank) -> Process:
    command = [sys.executable, "-m", "bench.streams", str(bank.live_port), str(STREAMS), bank.session()]
    process = Process(command, bank.folder / "streams.log", env=bank.environment)
    until = time.monotonic() + 60
    while "open=" not in process.log.read_text():
        if process.process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(process.log.read_text()[-1000:])
        time.sleep(0.05)
    return process


def _letters(bank: Bank) -> list[tuple[str, str]]:
    return bank.sink.letters() if bank.sink else []


def _drain(bank: Bank, seconds: float = 240) -> float:
    """How long the letters still took to leave; the time given when they did not."""
    import psycopg

    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        with psycopg.connect(bank.database) as connection:
            left = connection.execute("SELECT count(*) FROM outbox_letter WHERE state <> 'sent'").fetchone()
        if left == (0,):
            break
        time.sleep(0.5)
    return round(time.monotonic() - begun, 1)


def _median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    middle = {name: statistics.median(each[name] for each in rounds) for name in ("rate", "p50_ms", "p95_ms")}
    refused = sum(count for each in rounds for status, count in each["statuses"].items() if status[0] != "2")
    return {name: round(value, 2) for name, value in middle.items()} | {"refused": refused}
