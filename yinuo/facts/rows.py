"""Many rows at once where thousands write: one statement on PostgreSQL, plain inserts on SQLite.

What is stored is what `Model(**row).save(force_insert=True)` would store; a property test compares. Signals
are not sent and validators not run, as with bulk_create.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import chain, islice
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.fields import NOT_PROVIDED
from django.db.models.fields.files import FileField

Row: TypeAlias = Mapping[str, Any]
Field: TypeAlias = "models.Field[Any, Any]"
Swift: TypeAlias = Mapping[type, Callable[[Any], Any]]
MAX_PARAMETERS = 60_000  # the protocol counts parameters in 16 bits
SQLITE_BATCH = 1_000


def write_rows(tables: Sequence[tuple[type[models.Model], Sequence[Row]]]) -> None:
    """Insert rows `{attname: python value}` of several models, all or none; what is left out is its default.

    Tables are written in the order given (foreign keys are deferred, so any order that holds at commit will
    do). Raises TypeError for an attribute the model does not have, ValueError when rows of one model differ
    in giving a database-made column, IntegrityError whole. Outside a transaction it makes its own; inside
    one, an IntegrityError spoils it, as one from save() does.
    """
    prepared = [_prepare(model, rows) for model, rows in tables if rows]
    if not prepared:
        return
    size = sum(len(plan.fields) * len(values) for plan, values in prepared)
    if connection.vendor == "postgresql" and size <= MAX_PARAMETERS:
        _one_statement(prepared)
        return
    with transaction.atomic(savepoint=False):
        for plan, values in prepared:
            _insert_all(plan, values)


def copy_rows(model: type[models.Model], rows: Iterable[Row]) -> int:
    """Insert any number of rows by COPY (PostgreSQL) or in batches (SQLite), all or none; how many they were.

    The rows may be a generator; the first says which database-made columns are given. Errors as write_rows,
    but rows are looked at while they are written, so that every error spoils a transaction around it.
    """
    stream = iter(rows)
    first = next(stream, None)
    if first is None:
        return 0
    plan, database = _plan_for(model, first), connections[DEFAULT_DB_ALIAS]
    with transaction.atomic(savepoint=False):
        return _insert_all(plan, (plan.values(row, database) for row in chain([first], stream)))


def update_row(row: models.Model, names: Collection[str] = ()) -> None:
    """Write these fields of a row that is there, all but its key where none is named, by a statement compiled once.

    What is stored is what `row.save(update_fields=names)` would store, at a third of its price. DatabaseError where the
    row is gone.
    """
    update = _update(type(row), tuple(names), connection.vendor)
    database = connections[DEFAULT_DB_ALIAS]
    values = [
        _prepared(field.pre_save(row, add=False) if made else getattr(row, name), swift, field, database)
        for name, swift, field, made in update.columns_of
    ]
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        with (
            transaction.mark_for_rollback_on_error(using=connection.alias),
            connection.wrap_database_errors,
            psycopg.RawCursor(connection.connection) as cursor,
        ):
            written = cursor.execute(update.statement, values).rowcount
    else:
        with connection.cursor() as plain:
            plain.execute(update.statement, values)
            written = plain.rowcount
    if written != 1:
        raise DatabaseError(f"{row._meta.label} {row.pk} is not there any more")


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write these fields of many rows that are there: `rows` hold a key and a value for each name.

    What is stored is what `update_row` would store, one after another. DatabaseError where one is gone, or named twice.
    """
    if not rows:
        return
    update = _update(model, tuple(names), connection.vendor)
    database = connections[DEFAULT_DB_ALIAS]
    ordered = ((*row[1:], row[0]) for row in rows)
    values = [
        [
            _prepared(value, swift, field, database)
            for value, (_n, swift, field, _m) in zip(row, update.columns_of, strict=True)
        ]
        for row in ordered
    ]
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        with (
            transaction.mark_for_rollback_on_error(using=connection.alias),
            connection.wrap_database_errors,
            psycopg.RawCursor(connection.connection) as cursor,
        ):
            columns = [list(column) for column in zip(*values, strict=True)]
            written = cursor.execute(_many(model, tuple(names)), columns).rowcount
    else:
        with connection.cursor() as plain:
            plain.executemany(update.statement, values)
            written = plain.rowcount
    if written != len(rows):
        raise DatabaseError(f"{model._meta.label}: {written} of {len(rows)} rows are there")


@lru_cache(maxsize=512)
def _many(model: type[models.Model], names: tuple[str, ...]) -> str:
    """One UPDATE for any number of rows, a column each as an array; the keys are the last."""
    fields = [field for _name, _swift, field, _made in _update(model, names, "postgresql").columns_of]
    quoted = [connection.ops.quote_name(field.column) for field in fields]
    arrays = ", ".join(f"${n + 1}::{field.db_type(connection)}[]" for n, field in enumerate(fields))
    *wanted, key = [f"{column} = new.{column}" for column in quoted]
    table = connection.ops.quote_name(model._meta.db_table)
    return (
        f"UPDATE {table} SET {', '.join(wanted)} FROM unnest({arrays}) AS new({', '.join(quoted)})"  # noqa: S608 # nosec B608 # names of our models, quoted
        f" WHERE {table}.{key}"
    )


class _Update(NamedTuple):
    """How some columns of a model are written; the key is the last of them."""

    statement: str
    columns_of: tuple[tuple[str, Swift, Field, bool], ...]


@lru_cache(maxsize=512)
def _update(model: type[models.Model], names: tuple[str, ...], vendor: str) -> _Update:
    every = [field for field in _columns(model) if not field.primary_key]
    known = {name: field for field in every for name in (field.name, field.attname)}
    fields = [known[name] for name in names] if names else every
    columns = [(f.attname, _swift_ways(f, vendor), f, _makes_its_value(f)) for f in (*fields, model._meta.pk)]
    quoted = [connection.ops.quote_name(field.column) for _name, _swift, field, _made in columns]
    marks = [f"${n + 1}" if vendor == "postgresql" else "%s" for n in range(len(columns))]
    *wanted, key = [f"{column} = {mark}" for column, mark in zip(quoted, marks, strict=True)]
    table = connection.ops.quote_name(model._meta.db_table)
    return _Update(f"UPDATE {table} SET {', '.join(wanted)} WHERE {key}", tuple(columns))  # noqa: S608 # nosec B608 # names of our models, quoted


def _prepared(value: Any, swift: Swift, field: Field, database: BaseDatabaseWrapper) -> Any:
    """A value as the database wants it."""
    way = swift.get(type(value))
    if way is None:
        return field.get_db_prep_save(value, database)
    return value if way is _as_it_is else way(value)


@dataclass(frozen=True, eq=False, slots=True)
class _Plan:
    """Which columns of a model are inserted; made once per model, given database-made columns and database."""

    model: type[models.Model]
    fields: tuple[Field, ...]
    known: frozenset[str]
    needed: frozenset[str]  # made by the database elsewhere, given in these rows
    making: frozenset[str]  # the field makes its value while saving (auto_now, files, a field of one's own)
    columns_of: tuple[
        tuple[str, Swift, Field], ...
    ]  # attribute, swift ways by type, the field for all others

    def values(self, row: Row, database: BaseDatabaseWrapper) -> list[Any]:
        """The row as the database wants it, in the order of the fields."""
        if not self.needed <= row.keys() <= self.known:
            self._refuse(row)
        found = []
        for name, swift, field in self.columns_of:
            value = row[name] if name in row and name not in self.making else self._made(field, row)
            way = swift.get(
                type(value)
            )  # as `_prepared` does, without its call: a third of an import is spent here
            if way is None:
                found.append(field.get_db_prep_save(value, database))
            else:
                found.append(value if way is _as_it_is else way(value))
        return found

    def _made(self, field: Field, row: Row) -> Any:
        if field.attname in self.making:
            return field.pre_save(self.model(**row), add=True)
        return field.get_default()

    def _refuse(self, row: Row) -> None:
        every = {field.attname for field in _columns(self.model)}
        for name in row:
            if name not in every:
                raise TypeError(f"{self.model._meta.label} has no attribute {name!r}")
        name = next(iter((self.needed - row.keys()) | (row.keys() - self.known)))
        raise ValueError(f"{self.model._meta.label}: {name} is given in some rows only")

    def insert(self, count: int, first: int = 0) -> str:
        """An INSERT of so many rows: a %s for every value, or $n counting from `first`."""
        width = len(self.fields)
        marks = [f"${first + n}" if first else "%s" for n in range(width * count)]
        rows = ", ".join(f"({', '.join(marks[n : n + width])})" for n in range(0, width * count, width))
        return f"INSERT INTO {self.table} ({self.columns}) VALUES {rows}"  # noqa: S608 # nosec B608 # quoted names

    @property
    def table(self) -> str:
        """The table's quoted name."""
        return connection.ops.quote_name(self.model._meta.db_table)

    @property
    def columns(self) -> str:
        """The columns' quoted names."""
        return ", ".join(connection.ops.quote_name(field.column) for field in self.fields)


def _prepare(model: type[models.Model], rows: Sequence[Row]) -> tuple[_Plan, list[list[Any]]]:
    plan = _plan_for(model, rows[0])
    database = connections[
        DEFAULT_DB_ALIAS
    ]  # asked for once: the name `connection` looks it up at every touch
    return plan, [plan.values(row, database) for row in rows]


def _plan_for(model: type[models.Model], row: Row) -> _Plan:
    by_database = _made_by_database(model)
    return _plan(model, by_database.intersection(row), connection.vendor)


@lru_cache(maxsize=512)
def _plan(model: type[models.Model], given: frozenset[str], vendor: str) -> _Plan:
    left_out = _made_by_database(model) - given
    fields = tuple(field for field in _columns(model) if field.attname not in left_out)
    making = frozenset(
        field.attname for field in fields if _makes_its_value(field) and not _comes_whole(field)
    )
    columns = tuple((field.attname, _swift_ways(field, vendor), field) for field in fields)
    return _Plan(model, fields, frozenset(field.attname for field in fields), given, making, columns)


@lru_cache(maxsize=512)
def _made_by_database(model: type[models.Model]) -> frozenset[str]:
    return frozenset(
        field.attname
        for field in _columns(model)
        if isinstance(field, models.AutoField) or field.db_default is not NOT_PROVIDED
    )


def _as_it_is(value: Any) -> Any:
    return value


# Values that a field of exactly this class hands to the database unchanged. Asking the field itself costs five
# calls a value, which is a third of an import; every other type of value and of field still asks it.
_UNCHANGED: Mapping[str, Mapping[type[Field], type]] = {
    "postgresql": {
        models.UUIDField: UUID,
        models.CharField: str,
        models.TextField: str,
        models.BooleanField: bool,
        models.DateField: date,
    },
    "sqlite": {models.CharField: str, models.TextField: str, models.BooleanField: bool},
}

_INTEGERS = (
    models.IntegerField, models.SmallIntegerField, models.BigIntegerField, models.PositiveIntegerField,
    models.PositiveSmallIntegerField, models.PositiveBigIntegerField,
)  # fmt: skip


def _swift_ways(field: Field, vendor: str) -> Swift:
    """For types of value whose way is known, that way."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if type(target).get_db_prep_save is not models.Field.get_db_prep_save:
        return {}
    ways: dict[type, Callable[[Any], Any]] = {}
    if kept := _UNCHANGED.get(vendor, {}).get(type(target)):
        ways = {kept: _as_it_is, NoneType: _as_it_is}
    elif vendor == "postgresql" and type(target) is models.DateTimeField:
        slow = partial(field.get_db_prep_save, connection=connection)
        ways = {datetime: lambda at: at if at.tzinfo else slow(at), NoneType: _as_it_is}
    elif vendor == "sqlite" and type(target) is models.UUIDField:
        ways = {UUID: attrgetter("hex"), NoneType: _as_it_is}
    elif type(target) in _INTEGERS:
        kinds = getattr(connection.ops, "integerfield_type_map", {})
        ways = {int: kinds.get(target.get_internal_type(), _as_it_is), NoneType: _as_it_is}
    return ways


def _columns(model: type[models.Model]) -> Iterator[Field]:
    if model._meta.parents:
        raise TypeError(f"{model._meta.label} keeps a part of its columns in a parent table")
    return (field for field in model._meta.local_concrete_fields if not field.generated)


def _makes_its_value(field: Field) -> bool:
    if isinstance(field, models.DateField | models.TimeField):
        return field.auto_now or field.auto_now_add
    return isinstance(field, FileField) or type(field).pre_save is not models.Field.pre_save


def _comes_whole(field: Field) -> bool:
    """A field of one's own whose value is finished before rows are put together, and which refuses anything else."""
    return getattr(field, "rows_are_given_whole", False)


@lru_cache(maxsize=512)
def _compile(shape: tuple[tuple[_Plan, int], ...]) -> str:
    parts, first = [], 1
    for n, (plan, count) in enumerate(shape):
        parts.append(f"w{n} AS ({plan.insert(count, first)})")
        first += count * len(plan.fields)
    return f"WITH {', '.join(parts)} SELECT 1"


def _one_statement(prepared: list[tuple[_Plan, list[list[Any]]]]) -> None:
    statement = _compile(tuple((plan, len(values)) for plan, values in prepared))
    parameters = [value for _, values in prepared for row in values for value in row]
    connection.ensure_connection()
    # psycopg's own cursor sends parameters beside the statement, which the server prepares when it returns
    # (database.py asks for it); $n spares it reading kilobytes of SQL for marks.
    with (
        transaction.mark_for_rollback_on_error(using=connection.alias),
        connection.wrap_database_errors,
        psycopg.RawCursor(connection.connection) as cursor,
    ):
        cursor.execute(statement, parameters)


def _insert_all(plan: _Plan, values: Iterable[list[Any]]) -> int:
    if connection.vendor == "postgresql":
        return _copy(plan, values)
    statement = plan.insert(1)
    count, stream = 0, iter(values)
    with connection.cursor() as cursor:
        while batch := list(islice(stream, SQLITE_BATCH)):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


def _copy(plan: _Plan, values: Iterable[list[Any]]) -> int:
    count = 0
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {plan.table} ({plan.columns}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)
            count += 1
    return count
