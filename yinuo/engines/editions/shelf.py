"""The editions in force, read once and kept: every request asks for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, Subquery
from django.utils import timezone

from yinuo.engines.editions.kinds import EditionRefused, kind_named
from yinuo.engines.editions.models import Edition
from yinuo.ground.people.tree import tree

FRESH_SECONDS = 2.0  # how long a process may go on with an edition that another process has just replaced

_lock = threading.Lock()
_current: dict[tuple[str, str], tuple[float, dict[UUID | None, Edition]]] = {}


def current(kind: str, key: str, unit: UUID | None = None) -> Edition:
    """The edition in force now for a unit (None: for the bank as a whole); EditionRefused if there is none."""
    return _nearest(_now(kind, key), kind, key, unit, timezone.localdate())


def units_under(edition: Edition, units: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the units for which this edition is in force now; however many, the tree is read once."""
    there = _now(edition.kind, edition.key)
    today = tree(timezone.localdate()) if any(there) else None
    scopes = {unit: [unit, *today.ancestors(unit), None] if today else [None] for unit in units}
    return frozenset(
        unit
        for unit, above in scopes.items()
        if next((there[scope].pk for scope in above if scope in there), None) == edition.pk
    )


def _now(kind: str, key: str) -> dict[UUID | None, Edition]:
    found = _current.get((kind, key))
    if found is None or time.monotonic() - found[0] > FRESH_SECONDS:
        found = (time.monotonic(), _by_scope(kind, key, timezone.now()))
        with _lock:
            _current[kind, key] = found
    return found[1]


def in_force(kind: str, key: str, at: datetime, unit: UUID | None = None) -> Edition:
    """The edition in force at a moment, asked of the database."""
    return _nearest(_by_scope(kind, key, at), kind, key, unit, timezone.localdate(at))


def _by_scope(kind: str, key: str, at: datetime) -> dict[UUID | None, Edition]:
    """The edition in force by the unit it is for; None: for the whole bank. One query."""
    order = (F("effective_from").desc(), "-number")
    there = Edition.objects.filter(
        kind=kind, key=key, state=Edition.State.APPROVED, effective_from__lte=at
    ).order_by(*order)
    if not kind_named(kind).scoped:
        there = there.filter(unit=None)[:1]
    else:
        newest = there.filter(unit=None).values("pk")[:1]
        there = there.filter(Q(unit__isnull=False) | Q(pk=Subquery(newest)))
    found: dict[UUID | None, Edition] = {}
    for edition in there:
        found.setdefault(edition.unit_id, edition)
    return found


def _nearest(
    there: Mapping[UUID | None, Edition], kind: str, key: str, unit: UUID | None, on: date
) -> Edition:
    """That of the unit itself, else of the nearest unit above it, else of the bank."""
    scopes: list[UUID | None] = [None]
    if unit is not None and any(there):
        scopes = [unit, *tree(on).ancestors(unit), None]
    edition = next((there[scope] for scope in scopes if scope in there), None)
    if edition is None:
        raise EditionRefused(
            f"no edition of {kind} {key!r} is in force; run `yinuo migrate` to load the first ones"
        )
    return edition


class Succession(NamedTuple):
    """An edition that took over, and when."""

    since: datetime
    edition: Edition


def successors(edition: Edition, now: datetime) -> list[Succession]:
    """What has come into force after an edition in its place, up to `now`, oldest first; empty while it is in force.

    Retiring an edition brings the one before it back: it succeeds too.
    """
    if current(edition.kind, edition.key).pk == edition.pk:
        return []
    there = list(
        Edition.objects.filter(kind=edition.kind, key=edition.key, effective_from__lte=now).order_by(
            "effective_from", "number"
        )
    )
    return _after(edition, [each for each in _history(there) if each.since <= now])


def _history(editions: Sequence[Edition]) -> list[Succession]:
    """Which edition was in force from when, as those in the order of their coming into force say."""
    turns = {each.effective_from for each in editions} | {each.retired_at for each in editions}
    found: list[Succession] = []
    for turn in sorted(turn for turn in turns if turn is not None):
        there = [each for each in editions if _was_in_force(each, turn)]
        if there and (not found or found[-1].edition != there[-1]):
            found.append(Succession(turn, there[-1]))
    return found


def _was_in_force(edition: Edition, at: datetime) -> bool:
    begun = edition.effective_from is not None and edition.effective_from <= at
    return begun and (edition.retired_at is None or edition.retired_at > at)


def _after(edition: Edition, history: Sequence[Succession]) -> list[Succession]:
    """What follows its last turn; where it never had one, what is in force at the end."""
    places = [place for place, each in enumerate(history) if each.edition == edition]
    return list(history[places[-1] + 1 :] if places else history[-1:])


def parsed(edition: Edition) -> Any:
    """What the edition's kind reads from it; editions never change, so it is read once per process."""
    return _parsed(edition.pk, edition.kind, edition.content)


def in_use(kind: str, key: str, unit: UUID | None = None) -> Any:
    """What the edition in force for a unit says, read."""
    return parsed(current(kind, key, unit))


def by_id(edition_id: UUID) -> Edition:
    """An edition by its id, kept for ever: its content cannot change."""
    return _edition(edition_id)


def forget() -> None:
    """Drop what is kept, after an approval here or between tests."""
    with _lock:
        _current.clear()
    _edition.cache_clear()


@lru_cache(maxsize=512)
def _parsed(edition_id: UUID, kind: str, content: str) -> Any:
    return kind_named(kind).parse(content)


@lru_cache(maxsize=512)
def _edition(edition_id: UUID) -> Edition:
    return Edition.objects.get(pk=edition_id)
