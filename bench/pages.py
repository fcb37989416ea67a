"""The handler's list and one case's page at growing sizes, over HTTP with one session and one connection."""

from __future__ import annotations

import re
import time
import urllib.request
from typing import Any
from urllib.parse import quote

import psycopg

from bench import processor
from bench.bank import HOST, Bank
from bench.intake import load

LISTS = {
    "list, open, by time left": "/complaints?view=open&sort=due",
    "list, open, filtered by business and channel": "/complaints?view=open&sort=due&business=B-03.2&source=portal",
    "list, overdue": "/complaints?view=overdue&sort=due",
}

# Requests on as many connections, so that each of the eight threads has compiled, prepared and planned what it asks: psycopg
# prepares a statement at its sixth time, PostgreSQL settles on one plan after five more.
WARM = 200
RESTING, MOST_REST = 0.08, 600.0  # a processor's share that idle loops take; seconds


def measure(bank: Bank, sizes: list[int], *, requests: int, seconds: float) -> dict[str, Any]:
    """p50 and p95 (ms), over HTTP and inside the server, by page and size; each size is filled up from the one before."""
    found: dict[str, Any] = {}
    for size in sizes:
        filled = bank.script("bench.fill", str(size)).strip().splitlines()[-1]
        _tidy(bank)
        bank.open()
        _rest(bank)
        cookie, number = bank.session(), _number(bank)
        pages = LISTS | {"page of one case": f"/complaints/{quote(number)}"}
        for name, path in pages.items():
            plan = {
                "host": HOST, "port": bank.port, "path": path, "connections": 1, "seconds": seconds,
                "requests": requests, "warm": WARM, "headers": {"Cookie": cookie, "Accept-Language": "zh-CN"},
            }  # fmt: skip
            shown = _rows_shown(bank, plan)
            seen = load(plan)
            kept = {
                key: seen[key]
                for key in ("count", "p50_ms", "p95_ms", "inside_p50_ms", "inside_p95_ms", "statuses")
            }
            found.setdefault(name, {})[str(size)] = kept | {"cases_shown": shown}
        bank.shut()
        print(f"  {filled}", flush=True)
    return found


def _rows_shown(bank: Bank, plan: dict[str, Any]) -> int:
    """How many cases the page names: an empty list is fast and shows nothing."""
    request = urllib.request.Request(f"http://{HOST}:{bank.port}{plan['path']}", headers=plan["headers"])
    with urllib.request.urlopen(request) as answer:
        return len(set(re.findall(r'href="/complaints/(TS-[^"/?#]+)', answer.read().decode())))


def _rest(bank: Bank) -> None:
    """Wait until the background has put the new facts in order and nothing else is left to it."""
    until = time.monotonic() + MOST_REST
    busy = RESTING + 1
    while busy > RESTING:
        if bank.server is None or time.monotonic() > until:
            raise RuntimeError("the background is not done with what was filled in")
        before = processor.used(bank.server.process.pid, bank.cluster.folder)["background"]
        time.sleep(3)
        after = processor.used(bank.server.process.pid, bank.cluster.folder)["background"]
        busy = (after - before) / 3


def _tidy(bank: Bank) -> None:
    """What autovacuum would have done by the next morning."""
    with psycopg.connect(bank.database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _number(bank: Bank) -> str:
    """An open case in the middle of the list."""
    with psycopg.connect(bank.database) as connection:
        rows = connection.execute(
            "SELECT number FROM cases_case WHERE is_open ORDER BY lane, next_due OFFSET 100 LIMIT 1"
        ).fetchall()
    return str(rows[0][0])
