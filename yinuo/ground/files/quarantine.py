"""Quarantine: contents in which malware was found, out of everybody's reach, for whoever has to look into them.

A folder of its own, beside the store: `<sha256>` is the content and `<sha256>.json` says what was found, when, and for
whose file. Written before anything else happens, so that a refusal that undoes a transaction does not undo this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from yinuo.ground.files.store import FolderStore, written_whole


@dataclass(frozen=True, slots=True)
class Kept:
    """One content in quarantine. `owner` is the kind and id of what it was brought for; never a file's name."""

    sha256: str
    size: int
    found: str
    at: str
    owner: str


def keep(chunks: Iterable[bytes], found: str, *, owner_kind: str, owner_id: UUID, at: datetime) -> Kept:
    """Put a content there. Twice the same content is kept once; the first finding stands."""
    folder = _store()
    sha256, size = folder.put(chunks)
    kept = Kept(sha256, size, found, at.isoformat(), f"{owner_kind}:{owner_id}")
    beside = _beside(sha256)
    if not beside.exists():
        words = {"size": size, "found": found, "at": kept.at, "owner": kept.owner}
        written_whole(beside, json.dumps(words).encode())
    return kept


def all_kept() -> Iterator[Kept]:
    """Everything there, in order of its hashes. What lost its description says so."""
    for sha256 in sorted(_store().all()):
        try:
            words = json.loads(_beside(sha256).read_bytes())
            yield Kept(sha256, words["size"], words["found"], words["at"], words["owner"])
        except (OSError, ValueError, KeyError):
            size = _store().path(sha256).stat().st_size
            yield Kept(sha256, size, "?", "", "")


def remove(sha256: str) -> bool:
    """Destroy one for good; whether it was there. ValueError for what is no hash."""
    path = _store().path(sha256)
    there = path.exists()
    path.unlink(missing_ok=True)
    _beside(sha256).unlink(missing_ok=True)
    return there


def _store() -> FolderStore:
    return FolderStore(Path(settings.YINUO_HOME) / "quarantine")


def _beside(sha256: str) -> Path:
    return _store().path(sha256).with_suffix(".json")
