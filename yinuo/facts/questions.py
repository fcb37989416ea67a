"""Reads of the hot door: a queryset compiled once, asked again with other values.

Building a query costs the ORM more than answering it costs the database. A Question keeps the compiled
statement; PostgreSQL prepares it, so that it is planned once per connection. It finds what the queryset would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Value


class Place(Value):
    """Where a value will stand, of the type of a field; `name` is how the asker calls it."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A parameter's mark, and this place itself instead of a value."""
        return "%s", [self]

    def filled(self, values: Mapping[str, Any]) -> Any:
        """The value that stands here, as the database wants it."""
        return self.output_field.get_db_prep_value(values[self.name], connections[DEFAULT_DB_ALIAS])


class Question:
    """`Question(lambda: Unit.objects.filter(code=Place("code", …)).values_list("id"))(code="B00")`."""

    def __init__(self, ask: Callable[[], models.QuerySet[Any, Any]]) -> None:
        self._ask = ask
        self._compiled: _Compiled | None = None

    def __call__(self, **values: Any) -> list[Sequence[Any]]:
        """The rows found for these values, one for every place."""
        asked = self._compiled or self._compile()
        given = [each.filled(values) if isinstance(each, Place) else each for each in asked.parameters]
        rows = _fetch(asked.statement, given)
        if not asked.converters:
            return rows
        return [tuple(row) for row in asked.compiler.apply_converters(rows, asked.converters)]

    def _compile(self) -> _Compiled:
        # Fields know how to read both databases' answers; the compiler knows which columns need that.
        compiler = self._ask().query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        statement, parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        self._compiled = _Compiled(compiler, statement, tuple(parameters), converters)
        return self._compiled


class _Compiled(NamedTuple):
    compiler: Any
    statement: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]


def _fetch(statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
    database: Any = connections[
        DEFAULT_DB_ALIAS
    ]  # asked for once: the name `connection` looks it up at every touch
    if database.vendor != "postgresql":
        with database.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())
    database.ensure_connection()
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def one(rows: list[Sequence[Any]]) -> Sequence[Any] | None:
    """The first row, if any."""
    return next(iter(rows), None)
