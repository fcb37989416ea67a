"""The only gate through which facts are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yinuo.facts import canonical
from yinuo.facts.ids import new_id
from yinuo.facts.kinds import Code, FactKind, FactRefused, Id, Instant, kind_named
from yinuo.facts.models import Fact
from yinuo.facts.rows import copy_rows, write_rows

__all__ = ["FactRefused", "because", "fact_row", "part_of", "record", "record_all"]

Objects = Sequence[tuple[str, UUID, str]]
CAUSE = "loop_run"  # the object by which a fact names the run of a loop that made it, as "depth:n"
MANY = 100  # from here on PostgreSQL takes them faster as a stream than as parameters
BULK = "bulk_act"  # the object by which facts name the one act on many cases that they are part of

_cause: ContextVar[Objects] = ContextVar("cause", default=())


@contextmanager
def because(run: UUID, depth: int) -> Iterator[None]:
    """Every fact made inside names the run of the loop that made it, and how many loops stand behind it."""
    token = _cause.set(((CAUSE, run, f"depth:{depth}"),))
    try:
        yield
    finally:
        _cause.reset(token)


@contextmanager
def part_of(act: UUID) -> Iterator[None]:
    """Every fact made inside names the bulk act that it is part of, beside whatever else caused it."""
    token = _cause.set((*_cause.get(), (BULK, act, "")))
    try:
        yield
    finally:
        _cause.reset(token)


def record(
    kind: str,
    *,
    by: UUID | None = None,
    case: UUID | None = None,
    unit: UUID | None = None,
    at: datetime | None = None,
    objects: Objects = (),
    **data: Any,
) -> Fact:
    """Write one fact in the transaction that changes what it speaks of.

    `at` is when it happened (now, unless said); `objects` are (type, id, qualifier or ""). Raises FactRefused
    naming the field, also when no transaction is open: a fact must stand or fall with the change it tells of.
    """
    row = fact_row(
        kind, by=by, case=case, unit=unit, at=at, objects=objects, recorded_at=datetime.now(UTC), **data
    )
    record_all([row])
    return Fact.from_db(connection.alias, list(row), list(row.values()))


def record_all(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write facts made by `fact_row`, all or none; the same refusal where no transaction is open."""
    if rows and not connection.in_atomic_block:
        raise FactRefused(rows[0]["kind"], "transaction", "a fact is recorded inside transaction.atomic()")
    if len(rows) < MANY:
        write_rows([(Fact, rows)])
    else:
        copy_rows(Fact, rows)


def fact_row(
    kind: str,
    *,
    recorded_at: datetime,
    by: UUID | None = None,
    case: UUID | None = None,
    unit: UUID | None = None,
    at: datetime | None = None,
    objects: Objects = (),
    **data: Any,
) -> dict[str, Any]:
    """The columns of one fact for `write_rows`; pure but for its new id.

    Raises FactRefused naming the field.
    """
    declared = kind_named(kind)
    _need(declared, "case", case, declared.case)
    _need(declared, "unit", unit, declared.unit)
    happened = recorded_at if at is None else at
    identity = new_id()
    body = {
        "id": str(identity),
        "kind": kind,
        "case": _write(kind, "case", Id, case),
        "unit": _write(kind, "unit", Id, unit),
        "by": _write(kind, "by", Id, by),
        "occurred_at": _write(kind, "at", Instant, happened),
        "recorded_at": _write(kind, "recorded_at", Instant, recorded_at),
        "objects": [_object(kind, item) for item in (*objects, *_cause.get())],
        "data": declared.data(data),
    }
    text = canonical.dumps(body)
    return {
        "id": identity,
        "kind": kind,
        "case_id": case,
        "unit_id": unit,
        "by_id": by,
        "occurred_at": happened,
        "recorded_at": recorded_at,
        "body": text,
        "digest": canonical.digest(text),
    }


def _need(kind: FactKind, name: str, value: UUID | None, needed: bool) -> None:
    if needed and value is None:
        raise FactRefused(kind.name, name, "is missing (an id)")


def _write(kind: str, name: str, wanted: Any, value: Any) -> Any:
    if value is None:
        return None
    try:
        return wanted.write(value)
    except ValueError as error:
        raise FactRefused(kind, name, str(error)) from None


def _object(kind: str, item: Any) -> list[str]:
    if not isinstance(item, tuple) or len(item) != 3:
        raise FactRefused(kind, "objects", "wants tuples of (type, id, qualifier)")
    if None in item:
        raise FactRefused(kind, "objects", 'wants a type, an id, and a qualifier or ""')
    what, identity, qualifier = item
    return [
        _write(kind, "objects", Code, what),
        _write(kind, "objects", Id, identity),
        qualifier and _write(kind, "objects", Code, qualifier),
    ]
