"""Many rows at once where thousands write: one statement on PostgreSQL, plain inserts on SQLite.

What is stored is what `Model(**row).save(force_insert=True)` would store; a property test compares. Signals
are not sent and validators not run, as with bulk_create.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.db.models.fields import NOT_PROVIDED
from django.db.models.fields.files import FileField

Row = Mapping[str, Any]
MAX_PARAMETERS = 60_000  # the protocol counts parameters in 16 bits
SQLITE_BATCH = 1_000


def write_rows(tables: Sequence[tuple[type[models.Model], Sequence[Row]]]) -> None:
    """Insert rows `{attname: python value}` of several models, all or none; what is left out is its default.

    Tables are written in the order given (foreign keys are deferred, so any order that holds at commit will
    do). Raises TypeError for an attribute the model does not have, ValueError when rows of one model differ
    in giving a database-made column, IntegrityError whole. Outside a transaction it makes its own; inside
    one, an error spoils it.
    """
    prepared = [(model, *_prepare(model, rows)) for model, rows in tables if rows]
    if not prepared:
        return
    if connection.vendor == "postgresql" and sum(len(f) * len(v) for _, f, v in prepared) <= MAX_PARAMETERS:
        _one_statement(prepared)
        return
    with transaction.atomic(savepoint=False):
        for model, fields, values in prepared:
            copy_prepared(model, fields, values)


def copy_rows(model: type[models.Model], rows: Iterable[Row]) -> int:
    """Insert any number of rows by COPY (PostgreSQL) or in batches (SQLite), all or none; how many they were.

    The rows may be a generator; the first says which database-made columns are given. Errors as write_rows.
    """
    stream = iter(rows)
    first = next(stream, None)
    if first is None:
        return 0
    fields = _fields(model, frozenset(first))
    values = (_values(model, fields, row) for row in chain([first], stream))
    with transaction.atomic(savepoint=False):
        return copy_prepared(model, fields, values)


def copy_prepared(model: type[models.Model], fields: _Fields, values: Iterable[list[Any]]) -> int:
    """COPY or batched inserts of values already prepared for the database, in the fields' order."""
    if connection.vendor == "postgresql":
        return _copy(model, fields, values)
    statement = _insert(model, fields, 1)
    count, stream = 0, iter(values)
    with connection.cursor() as cursor:
        while batch := list(islice(stream, SQLITE_BATCH)):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


def _copy(model: type[models.Model], fields: _Fields, values: Iterable[list[Any]]) -> int:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    count = 0
    with (
        transaction.mark_for_rollback_on_error(using=connection.alias),
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)
            count += 1
    return count


_Fields = tuple["models.Field[Any, Any]", ...]
_Prepared = tuple[type[models.Model], _Fields, list[list[Any]]]


def _prepare(model: type[models.Model], rows: Sequence[Row]) -> tuple[_Fields, list[list[Any]]]:
    fields = _fields(model, frozenset(rows[0]))
    return fields, [_values(model, fields, row) for row in rows]


@lru_cache(maxsize=512)
def _fields(model: type[models.Model], given: frozenset[str]) -> _Fields:
    """The columns to insert: all, but for generated ones and those the database makes unless given."""
    if model._meta.parents:
        raise TypeError(f"{model._meta.label}: a model with a parent table")
    return tuple(
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and (field.attname in given or not _made_by_database(field))
    )


def _made_by_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.db_default is not NOT_PROVIDED


@lru_cache(maxsize=512)
def _attributes(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {field.attname: field for field in model._meta.local_concrete_fields if not field.generated}


def _values(model: type[models.Model], fields: _Fields, row: Row) -> list[Any]:
    known = _attributes(model)
    for name in row:
        if name not in known:
            raise TypeError(f"{model._meta.label} has no attribute {name!r}")
    values = [field.get_db_prep_save(_value(field, row), connection) for field in fields]
    if len(fields) < len(known):
        _refuse_uneven(model, fields, row)
    return values


def _refuse_uneven(model: type[models.Model], fields: _Fields, row: Row) -> None:
    written = {field.attname for field in fields}
    for name in row:
        if name not in written:
            raise ValueError(f"{model._meta.label}: {name} is given in some rows only")


def _value(field: models.Field[Any, Any], row: Row) -> Any:
    if _needs_instance(field):
        return field.pre_save(field.model(**row), add=True)
    if field.attname in row:
        return row[field.attname]
    if _made_by_database(field):
        raise ValueError(f"{field.model._meta.label}: {field.attname} is given in some rows only")
    return field.get_default()


@lru_cache(maxsize=4096)
def _needs_instance(field: models.Field[Any, Any]) -> bool:
    """Whether the field makes its value while saving (auto_now, files, a field of one's own)."""
    if isinstance(field, models.DateField | models.TimeField):
        return field.auto_now or field.auto_now_add
    return isinstance(field, FileField) or type(field).pre_save is not models.Field.pre_save


def _insert(model: type[models.Model], fields: _Fields, count: int) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = "(" + ", ".join(["%s"] * len(fields)) + ")"
    rows = ", ".join([places] * count)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {rows}"  # noqa: S608 - quoted names


@lru_cache(maxsize=512)
def _compile(shape: tuple[tuple[type[models.Model], _Fields, int], ...]) -> str:
    parts = [f"w{n} AS ({_insert(model, fields, count)})" for n, (model, fields, count) in enumerate(shape)]
    return f"WITH {', '.join(parts)} SELECT 1"


def _one_statement(prepared: list[_Prepared]) -> None:
    statement = _compile(tuple((model, fields, len(values)) for model, fields, values in prepared))
    parameters = [value for _, _, values in prepared for row in values for value in row]
    connection.ensure_connection()
    # psycopg's own cursor sends parameters beside the statement, which the server prepares when it returns
    with (
        transaction.mark_for_rollback_on_error(using=connection.alias),
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        cursor.execute(statement, parameters)
