"""Among many ids, as one parameter: however many units somebody reaches, the statement stays the same short one.

PostgreSQL reckons how many rows each id of an array finds, every time it is asked: right where the ids are few among
many, for then they are what the rows are looked for by; in vain where most rows fit, or where the rows are looked for by
something else. There the ids come as rows: the plan is the same for everybody, and made once.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import F, Lookup, UUIDField

from yinuo.facts.questions import Place

AS_ROWS = "IN (SELECT unnest(%s::uuid[]))"
KEPT = 400  # more ids than these are a batch of cases, asked for once


class Most(frozenset[UUID]):
    """Ids of which so many are there that most rows have one: nothing is looked for by them."""


class Everywhere(Most):
    """The ids of every unit there is: a row that must have a unit has one of them, and need not be asked."""


class Among(Lookup):  # type: ignore[type-arg]
    """`queryset.filter(Among("handling_unit_id", ids))` finds what `handling_unit_id__in=ids` would.

    To be asked, not to be denied: SQL says of a row without an id neither yes nor no.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, name: str, ids: Collection[UUID] | Place) -> None:
        super().__init__(F(name), ids)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """An array on PostgreSQL, a JSON list on SQLite, which keeps a UUID as 32 digits."""
        if not self.rhs:
            raise EmptyResultSet
        if isinstance(self.rhs, Everywhere) and _has_one(self.lhs, compiler):
            raise FullResultSet
        left, parameters = self.process_lhs(compiler, connection)
        given = self.rhs if isinstance(self.rhs, Place) else _written(self.rhs, connection)
        if connection.vendor == "postgresql":
            many = AS_ROWS if _as_rows(self.rhs) else "= ANY(%s::uuid[])"
            return f"{left} {many}", [*parameters, given]
        return f"{left} IN (SELECT value FROM json_each(%s))", [*parameters, given]  # noqa: S608 # nosec B608 # a column


def _has_one(column: Any, compiler: Any) -> bool:
    """Whether each row has a value there: one of the table that is asked, not of a table joined to it."""
    return not column.target.null and column.alias == compiler.query.get_initial_alias()


def _as_rows(given: Collection[UUID] | Place) -> bool:
    field = given.output_field if isinstance(given, Place) else None
    return field.as_rows if isinstance(field, _Ids) else isinstance(given, Most)


def ids(name: str, *, as_rows: bool = False) -> Place:
    """Where the ids of an `Among` will stand in a Question, whose statement is the same however many they are.

    `as_rows`: nothing is looked for by them, whoever asks.
    """
    field = _Ids()
    field.as_rows = as_rows
    return Place(name, field)


class _Ids(UUIDField):  # type: ignore[type-arg]
    as_rows = False

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> str:
        return _written(value, connection)


def _written(ids: Collection[UUID], connection: Any) -> str:
    if connection.vendor == "postgresql":
        if len(ids) > KEPT:
            return "{" + ",".join(map(str, ids)) + "}"
        return _array(ids if isinstance(ids, frozenset) else frozenset(ids))
    return json.dumps([each.hex for each in ids])


@lru_cache(maxsize=256)
def _array(ids: frozenset[UUID]) -> str:
    """The ids as PostgreSQL writes an array: a page asks for the same units in ten places, written once."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"
