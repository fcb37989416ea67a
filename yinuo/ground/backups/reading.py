"""Every row of a table as lines, from one moment of a bank that goes on working.

PostgreSQL: one REPEATABLE READ transaction. SQLite: one reading transaction of a connection of its own, which in WAL mode
sees one moment and holds up no writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

import psycopg
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from yinuo.ground.backups.layout import Table, line

AT_ONCE = 2_000
_names = count(1)
Convert = Callable[[Any], Any]


class RowUnreadable(ValueError):
    """A value is not of the type of its column: SQLite keeps any value anywhere."""


class Source(Protocol):
    """Where rows are read."""

    def lines(self, table: Table) -> Iterator[bytes]:
        """Every row in the order of the key."""


class PostgresSource:
    """Rows of a PostgreSQL transaction that is open already."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    def lines(self, table: Table) -> Iterator[bytes]:
        """Every row in the order of the key."""
        kinds = table.kinds
        columns = [
            sql.SQL("{}::text" if kind == "json" else "{}").format(sql.Identifier(name))
            for name, kind in table.columns
        ]
        order = [
            sql.SQL('{} COLLATE "C"' if kinds[name] == "text" else "{}").format(sql.Identifier(name))
            for name in table.key
        ]
        query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
            sql.SQL(", ").join(columns), sql.Identifier(table.name), sql.SQL(", ").join(order)
        )
        with psycopg.ServerCursor(self._raw, f"yinuo_backup_{next(_names)}") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query)
            yield from _lines(table, cursor, _FROM_POSTGRES)


class SqliteSource:
    """Rows of a SQLite connection."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def lines(self, table: Table) -> Iterator[bytes]:
        """Every row in the order of the key."""
        names = ", ".join(f'"{name}"' for name, _ in table.columns)
        order = ", ".join(f'"{name}"' for name in table.key)
        rows = self._raw.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {order}')  # noqa: S608 # nosec B608 # our own names
        yield from _lines(table, rows, _FROM_SQLITE)


@contextmanager
def snapshot(connection: BaseDatabaseWrapper) -> Iterator[Source]:
    """One moment of the database, for as long as the block takes."""
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield PostgresSource(connection.connection)
        return
    address = f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)) as raw:
        raw.execute("BEGIN")
        yield SqliteSource(raw)


@contextmanager
def inside(connection: BaseDatabaseWrapper, file: str = "") -> Iterator[Source]:
    """What was just restored: PostgreSQL within its own transaction, SQLite from the file (Django's connection converts)."""
    if connection.vendor == "postgresql":
        yield PostgresSource(connection.connection)
        return
    with closing(sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True, isolation_level=None)) as raw:
        yield SqliteSource(raw)


def _lines(table: Table, rows: Any, converts: dict[str, Convert]) -> Iterator[bytes]:
    steps = [_convert(kind, converts) for _, kind in table.columns]
    for row in rows:
        try:
            values = [
                value if value is None or step is None else step(value)
                for value, step in zip(row, steps, strict=True)
            ]
        except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
            raise RowUnreadable(f"{table.name}: a value cannot be read ({type(error).__name__})") from None
        yield line(values)


def _convert(kind: str, converts: dict[str, Convert]) -> Convert | None:
    name, _, places = kind.partition(":")
    if name == "decimal":
        smallest = Decimal(1).scaleb(-int(places))
        return lambda value: format(Decimal(str(value)).quantize(smallest), "f")
    return converts.get(name)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _of(wanted: type) -> Convert:
    def same(value: Any) -> Any:
        if type(value) is not wanted:
            raise TypeError
        return value

    return same


_FROM_POSTGRES: dict[str, Convert] = {
    "uuid": str,
    "instant": _instant,
    "date": date.isoformat,
    "bytes": lambda value: bytes(value).hex(),
}
_FROM_SQLITE: dict[str, Convert] = {
    "uuid": lambda value: str(UUID(hex=value)),
    "instant": lambda value: _instant(datetime.fromisoformat(value).replace(tzinfo=UTC)),
    "date": lambda value: date.fromisoformat(value).isoformat(),
    "flag": lambda value: {0: False, 1: True}[value] if type(value) is int else _of(int)(value),
    "bytes": lambda value: _of(bytes)(value).hex(),
    "integer": _of(int),
    "float": float,
    "text": _of(str),
    "json": _of(str),
}
