"""Which tables there are, and how each kind of value is written so that every database reads it the same.

A row is one line of JSON: a list of values in the order of the columns. Ids are text with hyphens, instants UTC with
microseconds, decimals text with all their places, bytes hexadecimal; a JSON value is the text the database gives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

KINDS = {
    "UUIDField": "uuid", "DateTimeField": "instant", "DateField": "date", "TimeField": "text", "BooleanField": "flag",
    "FloatField": "float", "BinaryField": "bytes", "JSONField": "json", "AutoField": "integer", "BigAutoField": "integer",
    "SmallAutoField": "integer", "IntegerField": "integer", "BigIntegerField": "integer", "SmallIntegerField": "integer",
    "PositiveIntegerField": "integer", "PositiveBigIntegerField": "integer", "PositiveSmallIntegerField": "integer",
    "CharField": "text", "TextField": "text", "SlugField": "text", "FileField": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table by name, its columns as (name, kind), and the columns of its key, by which rows are ordered."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def kinds(self) -> dict[str, str]:
        """Kind by column."""
        return dict(self.columns)

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {"name": self.name, "columns": [list(each) for each in self.columns], "key": list(self.key)}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Table:
        """As the manifest tells it."""
        columns = tuple((str(name), str(kind)) for name, kind in told["columns"])
        return cls(str(told["name"]), columns, tuple(told["key"]))


def tables() -> list[Table]:
    """Every table of ours, in name order; TypeError for a column of a kind that no other database is known to read."""
    kept: list[type[models.Model]] = [
        *apps.get_models(include_auto_created=True),
        MigrationRecorder.Migration,
    ]
    found = {model._meta.db_table: model for model in kept if model._meta.managed and not model._meta.proxy}
    return [_table(found[name]) for name in sorted(found)]


def _table(model: type[models.Model]) -> Table:
    fields = [field for field in model._meta.concrete_fields if field.column and not field.generated]
    columns = tuple((str(field.column), _kind(field)) for field in fields)
    return Table(model._meta.db_table, columns, tuple(str(field.column) for field in model._meta.pk_fields))


def _kind(field: models.Field[Any, Any]) -> str:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.DecimalField):
        return f"decimal:{field.decimal_places}"
    try:
        return KINDS[field.get_internal_type()]
    except KeyError:
        raise TypeError(f"{field}: no portable form is known for {field.get_internal_type()}") from None


def line(values: list[Any]) -> bytes:
    """One row as it is kept."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def comparable(table: Table) -> Callable[[bytes], bytes]:
    """Row as kept → row as compared: PostgreSQL orders the keys of a JSON value anew and spells numbers its own way."""
    places = [number for number, (_, kind) in enumerate(table.columns) if kind == "json"]
    if not places:
        return bytes

    def compared(kept: bytes) -> bytes:
        values = json.loads(kept)
        for place in places:
            if values[place] is not None:
                values[place] = _plain(values[place])
        return line(values)

    return compared


def lines_in(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines out of pieces of any length; what stands after the last is given too, and is no row."""
    rest = b""
    for chunk in chunks:
        whole = (rest + chunk).split(b"\n")
        rest = whole.pop()
        for each in whole:
            yield each + b"\n"
    if rest:
        yield rest


def _plain(text: str) -> str:
    value = json.loads(text, parse_float=_number)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> int | float:
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(text)
