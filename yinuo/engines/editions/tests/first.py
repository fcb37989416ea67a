"""The first editions for tests that begin in a bank: read once in a process, afterwards the same rows again.

Reading, checking and publishing all content takes longer than most tests do. The rows that the first load
wrote are kept and written again for every later test, ids and all, so that what a process has parsed of an
edition serves the next test too. Tests of loading itself call `load_first_editions`.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models, transaction

from yinuo.engines.editions import shelf
from yinuo.engines.editions.load import load_first_editions
from yinuo.engines.editions.models import Edition, Shipped
from yinuo.facts.models import Fact
from yinuo.ground.terms import lists
from yinuo.ground.terms.models import Term

SHELF: tuple[type[models.Model], ...] = (Shipped, Edition, Term)
_kept: dict[str, Any] = {}  # table → its rows, as this process's database hands them out and takes them


def first_editions() -> None:
    """What `load_first_editions` leaves on an empty shelf; on another it is that itself."""
    if any(model._default_manager.exists() for model in SHELF):
        load_first_editions()
    elif _kept:
        with transaction.atomic():
            for table, rows in _kept.items():
                _write(table, rows)
        lists.forget()
        shelf.forget()
    else:
        load_first_editions()
        _kept.update(
            {model._meta.db_table: _read(f"SELECT * FROM {model._meta.db_table}") for model in SHELF}
        )
        told = f"SELECT * FROM {Fact._meta.db_table} WHERE kind LIKE 'editions.%%'"
        _kept[Fact._meta.db_table] = _read(told)


def _read(query: str) -> Any:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({query}) TO STDOUT", ()) as copy:
                return b"".join(copy)
        cursor.execute(query, ())
        return cursor.fetchall()


def _write(table: str, rows: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
