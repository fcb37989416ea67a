"""The kinds of facts and their typed fields.

There is no type for free text: words live in rows one can erase.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from yinuo.facts import canonical

CODE = re.compile(r"[A-Za-z0-9._:/-]{1,80}")
KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
FIELD = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset({"kind", "by", "case", "unit", "at", "objects", "recorded_at"})
MAX_CODES = 100


class FactRefused(ValueError):
    """A fact that its kind does not allow. `kind` and `field` name what was wrong."""

    def __init__(self, kind: str, field: str, reason: str) -> None:
        self.kind, self.field, self.reason = kind, field, reason
        super().__init__(f"{kind}: {field}: {reason}")


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of a field: `write` gives the canonical JSON value or raises ValueError saying what it wants."""

    name: str
    write: Callable[[Any], Any]
    optional: bool = False


def _code(value: Any) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(str.__str__(value)):
        raise ValueError("wants a code: 1 to 80 of A-Z a-z 0-9 . _ : / -")
    return str.__str__(value)


def _codes(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MAX_CODES:
        raise ValueError(f"wants a list of at most {MAX_CODES} codes")
    return [_code(item) for item in value]


def _id(value: Any) -> str:
    if not isinstance(value, uuid.UUID):
        raise ValueError("wants a UUID")
    return str(value)


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > canonical.MAX_INTEGER:
        raise ValueError("wants an integer within 2^53-1")
    return int(value)


def _decimal(value: Any) -> str:
    if not isinstance(value, decimal.Decimal) or not value.is_finite() or not -30 <= value.adjusted() <= 30:
        raise ValueError("wants a finite Decimal of at most 31 digits before the point")
    if len(text := canonical.decimal(value)) > 80:
        raise ValueError("wants a Decimal of at most 80 characters")
    return text


def _instant(value: Any) -> str:
    if not isinstance(value, datetime.datetime):
        raise ValueError("wants a datetime with a zone")
    return canonical.instant(value)


def _day(value: Any) -> str:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError("wants a date")
    return value.isoformat()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("wants True or False")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ValueError("wants a digest: 64 lower-case hexadecimal digits")
    return value


Code = FieldType("code", _code)
Codes = FieldType("codes", _codes)
Id = FieldType("id", _id)
Integer = FieldType("integer", _integer)
Decimal = FieldType("decimal", _decimal)
Instant = FieldType("instant", _instant)
Day = FieldType("day", _day)
Flag = FieldType("flag", _flag)
Digest = FieldType("digest", _digest)


def Optional_(inner: FieldType) -> FieldType:  # noqa: N802 - reads as a type beside the others
    """The field may be left out or None; it is then absent from the fact."""
    return replace(inner, optional=True)


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of fact: `case` and `unit` say that facts of this kind must name one; fields are its data."""

    name: str
    case: bool = False
    unit: bool = False
    fields: Mapping[str, FieldType] = field(default_factory=dict)

    def data(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The canonical data of a fact; FactRefused names the unknown, missing or wrong field."""
        for name in given:
            if name not in self.fields:
                raise FactRefused(self.name, name, "is not a field of this kind")
        written = {}
        for name, kind in self.fields.items():
            value = given.get(name)
            if value is None:
                if not kind.optional:
                    raise FactRefused(self.name, name, f"is missing (a {kind.name})")
                continue
            try:
                written[name] = kind.write(value)
            except ValueError as error:
                raise FactRefused(self.name, name, str(error)) from None
        return written

    @property
    def day_field(self) -> str | None:
        """The one field that is a day; None where there is none, or several."""
        days = [name for name, kind in self.fields.items() if kind.name == Day.name]
        return days[0] if len(days) == 1 else None


_declared: dict[str, FactKind] = {}


def declare(kind: FactKind) -> FactKind:
    """Make a kind known; the same again is fine, another schema under a known name is a ValueError."""
    if not KIND.fullmatch(kind.name) or len(kind.name) > 80:
        raise ValueError(
            f"fact kind {kind.name!r}: wants a dotted lower-case name such as complaints.received"
        )
    for name in kind.fields:
        if name in RESERVED or not FIELD.fullmatch(name):
            raise ValueError(f"fact kind {kind.name}: field {name!r} is reserved or not a lower-case name")
    known = _declared.setdefault(kind.name, kind)
    if known != kind:
        raise ValueError(f"fact kind {kind.name} is already declared with other fields")
    return known


def kind_named(name: str) -> FactKind:
    """The declared kind; FactRefused when nobody declared it."""
    try:
        return _declared[name]
    except KeyError:
        raise FactRefused(str(name), "kind", "is not declared") from None


def declared() -> Mapping[str, FactKind]:
    """All declared kinds by name, read-only."""
    return MappingProxyType(_declared)
