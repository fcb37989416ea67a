"""Rows as lines back into the tables of either database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from yinuo.ground.backups.layout import Table

AT_ONCE = 1_000
Convert = Callable[[Any], Any]


def empty(connection: BaseDatabaseWrapper, tables: Iterable[Table]) -> None:
    """Take out what migrations wrote: the rows of the backup bring it along."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # a table with a key still to be checked is not emptied
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 # nosec B608 # our own names


def place(connection: BaseDatabaseWrapper, table: Table, lines: Iterable[bytes]) -> None:
    """Write rows into an empty table, inside the caller's transaction."""
    converts = _TO_POSTGRES if connection.vendor == "postgresql" else _TO_SQLITE
    rows = _rows(table, lines, converts)
    if connection.vendor == "postgresql":
        copied = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)
        )
        with connection.connection.cursor() as cursor, cursor.copy(copied) as copy:
            for row in rows:
                copy.write_row(row)
        return
    names = ", ".join(f'"{name}"' for name, _ in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 # nosec B608 # our own names
    while batch := list(islice(rows, AT_ONCE)):
        connection.connection.executemany(statement, batch)


def count_on(connection: BaseDatabaseWrapper) -> None:
    """Let numbers the database gives go on after the highest there is."""
    kept: list[type[models.Model]] = [
        *apps.get_models(include_auto_created=True),
        MigrationRecorder.Migration,
    ]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept):
            cursor.execute(statement)


def _rows(table: Table, lines: Iterable[bytes], converts: dict[str, Convert]) -> Iterator[list[Any]]:
    steps = [converts.get(kind.partition(":")[0]) for _, kind in table.columns]
    for kept in lines:
        yield [
            value if value is None or step is None else step(value)
            for value, step in zip(json.loads(kept), steps, strict=True)
        ]


_TO_POSTGRES: dict[str, Convert] = {"bytes": bytes.fromhex}
_TO_SQLITE: dict[str, Convert] = {  # as Django's backend writes them: SQLite compares text
    "uuid": lambda value: UUID(value).hex,
    "instant": lambda value: str(datetime.fromisoformat(value).replace(tzinfo=None)),
    "flag": int,
    "bytes": bytes.fromhex,
}
