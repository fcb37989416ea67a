"""Import of history: made files in the public CFPB layout through the importer a bank would use."""

from __future__ import annotations

import csv
import random
import re
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.bank import Bank

COLUMNS = (
    "Date received", "Product", "Sub-product", "Issue", "Sub-issue", "Consumer complaint narrative",
    "Company public response", "Company", "State", "ZIP code", "Tags", "Consumer consent provided?",
    "Submitted via", "Date sent to company", "Company response to consumer", "Timely response?",
    "Consumer disputed?", "Complaint ID",
)  # fmt: skip
PRODUCTS = ("Credit card", "Mortgage", "Checking or savings account", "Student loan", "Debt collection")
ISSUES = ("Billing disputes", "Closing an account", "Fees or interest", "Struggling to pay your loan")
RESPONSES = ("Closed with explanation", "Closed with monetary relief", "Closed with non-monetary relief")
LAST = re.compile(r"new (\d+), refused (\d+)")


def make_file(path: Path, count: int, first: int) -> None:
    """So many rows of today's 18 columns; one in a hundred thousand rows never repeats a number."""
    rng = random.Random(first)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for number in range(first, first + count):
            day = date(2018, 1, 1) + timedelta(days=rng.randrange(2500))
            sent = day + timedelta(days=rng.randrange(5))
            words = f"I was charged a fee I never agreed to, number {number}. " * rng.randrange(1, 8)
            writer.writerow([
                day.strftime("%m/%d/%y"), rng.choice(PRODUCTS), "", rng.choice(ISSUES), "", words, "",
                f"BANK {rng.randrange(40)}", "CA", "941XX", "", "Consent provided", "Web",
                sent.strftime("%m/%d/%y"), rng.choice(RESPONSES), rng.choice(("Yes", "Yes", "No")), "N/A",
                10_000_000 + number,
            ])  # fmt: skip


def measure(bank: Bank, sizes: list[int]) -> dict[str, Any]:
    """Cases a second by size of the file, start-up of the command taken off (a dry run of an empty file)."""
    found: dict[str, Any] = {}
    idle = _run(bank, 1, 0)[0]
    first = 1000
    for size in sizes:
        seconds, new = _run(bank, size, first)
        first += size
        net = max(0.01, seconds - idle)
        found[str(size)] = {"cases": new, "seconds": round(net, 2), "per_second": round(new / net, 1)}
    return found


def _run(bank: Bank, size: int, first: int) -> tuple[float, int]:
    path = bank.folder / f"history-{size}-{first}.csv"
    make_file(path, size, first)
    begun = time.perf_counter()
    said = bank.yinuo("import", "complaints", str(path))
    took = time.perf_counter() - begun
    last = LAST.search(said)
    if last is None or int(last[2]):
        raise RuntimeError(f"the import said {said[-300:]!r}")
    return took, int(last[1])
