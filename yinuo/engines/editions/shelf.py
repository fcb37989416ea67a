"""The editions in force, read once and kept: every request asks for them."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from yinuo.engines.editions.kinds import EditionRefused, kind_named
from yinuo.engines.editions.models import Edition

FRESH_SECONDS = 2.0  # how long a process may go on with an edition that another process has just replaced

_lock = threading.Lock()
_current: dict[tuple[str, str], tuple[float, Edition]] = {}


def current(kind: str, key: str) -> Edition:
    """The edition in force now; EditionRefused if there is none."""
    found = _current.get((kind, key))
    if found is None or time.monotonic() - found[0] > FRESH_SECONDS:
        found = (time.monotonic(), in_force(kind, key, timezone.now()))
        with _lock:
            _current[kind, key] = found
    return found[1]


def in_force(kind: str, key: str, at: datetime) -> Edition:
    """The edition in force at a moment, asked of the database."""
    editions = Edition.objects.filter(
        kind=kind, key=key, state=Edition.State.APPROVED, effective_from__lte=at
    )
    edition = editions.order_by(F("effective_from").desc(), "-number").first()
    if edition is None:
        raise EditionRefused(
            f"no edition of {kind} {key!r} is in force; run `yinuo migrate` to load the first ones"
        )
    return edition


def parsed(edition: Edition) -> Any:
    """What the edition's kind reads from it; editions never change, so it is read once per process."""
    return _parsed(edition.pk, edition.kind, edition.content)


def in_use(kind: str, key: str) -> Any:
    """What the edition in force says, read."""
    return parsed(current(kind, key))


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
