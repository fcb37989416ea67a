"""Readable numbers such as TS-20260928-0316: unique, handed to processes in blocks, gaps allowed."""

from __future__ import annotations

import threading
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from yinuo.engines.cases.models import NumberBlock

BLOCK = 20

_lock = threading.Lock()
_free: dict[str, range] = {}


def take(series: str, now: datetime) -> str:
    """The next number of a series on the bank's own day.

    The block is reserved in a transaction of its own before the case is written: a case that fails leaves
    a gap, never a number used twice.
    """
    day = f"{series}-{timezone.localtime(now):%Y%m%d}"
    with _lock:
        numbers = _free.get(day) or _reserve(day)
        _free[day] = numbers[1:]
        if len(_free) > 64:  # yesterday's blocks are of no use any more
            for old in sorted(_free)[:-32]:
                del _free[old]
    return f"{day}-{numbers[0]:04d}"


def forget() -> None:
    """Drop reserved blocks: after a fork, and between tests whose database is rolled back."""
    with _lock:
        _free.clear()


def _reserve(series: str) -> range:
    """Take BLOCK numbers of a series; one statement, so that processes cannot meet."""
    table = NumberBlock._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (series, next) VALUES (%s, %s) "  # noqa: S608 - a table name of ours
            f"ON CONFLICT (series) DO UPDATE SET next = {table}.next + %s RETURNING next",
            [series, BLOCK + 1, BLOCK],
        )
        after: int = cursor.fetchone()[0]
    return range(after - BLOCK, after)
