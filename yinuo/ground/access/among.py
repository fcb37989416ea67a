"""Among many ids, as one parameter: however many units somebody reaches, the statement stays the same short one."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Lookup


class Among(Lookup):  # type: ignore[type-arg]
    """`queryset.filter(Among("handling_unit_id", ids))` finds what `handling_unit_id__in=ids` would.

    To be asked, not to be denied: SQL says of a row without an id neither yes nor no.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, name: str, ids: Collection[UUID]) -> None:
        super().__init__(F(name), ids)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """An array on PostgreSQL, a JSON list on SQLite, which keeps a UUID as 32 digits."""
        if not self.rhs:
            raise EmptyResultSet
        left, parameters = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s::uuid[])", [*parameters, _array(frozenset(self.rhs))]
        given = json.dumps([each.hex for each in self.rhs])
        return f"{left} IN (SELECT value FROM json_each(%s))", [*parameters, given]  # noqa: S608 - a column


@lru_cache(maxsize=256)
def _array(ids: frozenset[UUID]) -> str:
    """The ids as PostgreSQL writes an array: a page asks for the same units in ten places, written once."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"
