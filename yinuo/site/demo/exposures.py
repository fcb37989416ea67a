"""How many branches, customers and transactions the demonstration bank had, month by month: a file for the importer."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from yinuo.site.demo.records import Unit

MONTHS = 15
HEADING = ("unit", "month", "branches", "customers", "transactions")


def write_exposures(units: Sequence[Unit], today: date, path: Path) -> Path:
    """The months that are over before `today`, for every branch; the same day gives the same figures."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING)
        for unit in units:
            if unit.kind == "branch":
                writer.writerows((unit.code, *row) for row in _months(unit, today))
    return path


def _months(unit: Unit, today: date) -> Iterator[tuple[str, int, int, int]]:
    """From the calendar alone: a month's figures are the same whenever they are looked at."""
    month = today.replace(day=1)
    for _turn in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        rng = Random(f"{unit.code} {month:%Y-%m}")  # noqa: S311 # nosec B311 # a demonstration, not a secret
        since = 12 * (month.year - 2020) + month.month
        customers = 9_000 + 1_700 * (int(unit.code) % 10) + 35 * since + rng.randrange(30)
        yield f"{month:%Y-%m}", 1, customers, customers * rng.randrange(36, 46) // 10
