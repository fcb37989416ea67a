"""Readable numbers such as TS-20260928-0316: unique, handed to processes in blocks, gaps allowed."""

from __future__ import annotations

import threading
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from yinuo.engines.cases.models import NumberBlock

BLOCK = 50

_lock = threading.Lock()
_free: dict[str, list[int]] = {}


def take(series: str, now: datetime) -> str:
    """The next number of a series on the bank's own day.

    The block is reserved in a transaction of its own before the case is written: a case that fails leaves
    a gap, never a number used twice. Inside a transaction only the one number is reserved: if the caller
    rolls back, the reservation goes with it, and nothing of it may stay in memory.
    """
    day = f"{series}-{timezone.localtime(now):%Y%m%d}"
    number = _from_memory(day)
    if number is None:  # without the lock: another thread's transaction may hold the row for a while
        number, *others = _reserve(day, 1 if connection.in_atomic_block else BLOCK)
        _keep(day, others)
    return f"{day}-{number:04d}"


def _from_memory(day: str) -> int | None:
    with _lock:
        numbers = _free.get(day)
        return numbers.pop(0) if numbers else None


def _keep(day: str, numbers: list[int]) -> None:
    with _lock:
        _free[day] = _free.get(day, []) + numbers
        if len(_free) > 64:  # yesterday's blocks are of no use any more
            for old in sorted(_free)[:-32]:
                del _free[old]


def forget() -> None:
    """Drop reserved blocks: after a fork, and between tests whose database is rolled back."""
    with _lock:
        _free.clear()


def _reserve(series: str, count: int) -> range:
    """Take so many numbers of a series; one statement, so that processes cannot meet."""
    table = NumberBlock._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (series, next) VALUES (%s, %s) "  # noqa: S608 # nosec B608 # a table name of ours
            f"ON CONFLICT (series) DO UPDATE SET next = {table}.next + %s RETURNING next",
            [series, count + 1, count],
        )
        after: int = cursor.fetchone()[0]
    return range(after - count, after)
