"""A backup of a bank that goes on working."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.backups.folder import BackupRefused, Draft, Target
from yinuo.ground.backups.layout import Table, comparable, tables
from yinuo.ground.backups.reading import snapshot
from yinuo.ground.backups.sealed import fingerprint, key_of
from yinuo.ground.files.store import FileDamaged, chunks_of, store

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A whole backup. `new_files` were not in the target yet; `damaged` are hashes the store no longer gives back."""

    name: str
    rows: int
    files: int
    new_files: int
    size: int
    head: int
    seconds: float
    damaged: tuple[str, ...]


def target(root: Path) -> Target:
    """A folder of backups with the key of this Yinuo."""
    return Target(root, key_of(settings.BACKUP_KEY))


def back_up(root: Path, *, keep: int = 0, files: bool = True, say: Say = lambda line: None) -> Made:
    """Write one backup, record that it was made, keep the newest `keep` (0: all). Raises BackupRefused; a backup that did
    not become whole leaves nothing that could be taken for one."""
    place = target(root)
    try:
        with place.alone():
            made = _write(place, files, say)
            if keep:
                place.keep_last(keep)
    except OSError as error:
        raise BackupRefused(
            f"{root}: {error.strerror or error}; what was begun was removed, no backup was made"
        ) from error
    with transaction.atomic():
        record(
            "backups.made", name=made.name, rows=made.rows, files=made.files, size=made.size, head=made.head,
            seconds=round(made.seconds), damaged=len(made.damaged),
        )  # fmt: skip
    return made


def _write(place: Target, with_files: bool, say: Say) -> Made:
    begun, now = time.monotonic(), timezone.now()
    name = f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03}Z"
    with place.draft(name) as draft:
        told, noticed = [], _Noticed()
        with snapshot(connection) as source:
            for table in tables():
                told.append(_table(draft, noticed.of(table, source.lines(table)), table))
                say(f"{table.name}: {told[-1]['rows']} rows")
        kept, new, damaged = copy_files(place, say) if with_files else ([], 0, ())
        draft.add_manifest(
            {
                "name": name, "at": now.isoformat(), "vendor": connection.vendor, "tables": told, "files": kept,
                "damaged": list(damaged), "keys": keys(), "head": noticed.head, "destroyed": noticed.destroyed,
                "migrations": noticed.migrations,
            }
        )  # fmt: skip
    rows, size = (sum(each[what] for each in told) for what in ("rows", "size"))
    return Made(name, rows, len(kept), new, size, noticed.head[0], time.monotonic() - begun, damaged)


class _Noticed:
    """What the manifest tells of rows, noticed while they pass: it is of the same moment."""

    def __init__(self) -> None:
        self.head: list[Any] = [0, ""]  # seq, chain
        self.destroyed: list[list[str]] = []  # subject, when
        self.migrations: list[list[str]] = []  # app, name

    def of(self, table: Table, lines: Iterator[bytes]) -> Iterator[bytes]:
        """The same lines."""
        notice = {
            "facts_position": self._position, "vault_subjectkey": self._key, "django_migrations": self._migration,
        }.get(table.name)  # fmt: skip
        if notice is None:
            yield from lines
            return
        names = [column for column, _ in table.columns]
        for each in lines:
            notice(dict(zip(names, json.loads(each), strict=True)))
            yield each

    def _position(self, row: dict[str, Any]) -> None:
        self.head = [row["seq"], row["chain"]]

    def _key(self, row: dict[str, Any]) -> None:
        if row["destroyed_at"]:
            self.destroyed.append([row["subject_id"], row["destroyed_at"]])

    def _migration(self, row: dict[str, Any]) -> None:
        self.migrations.append([row["app"], row["name"]])


def keys() -> dict[str, str]:
    """Fingerprints of the keys without which a restored bank is of no use; the keys themselves are never in a backup."""
    rings = {"vault": settings.VAULT_KEYS, "index": settings.INDEX_KEYS}
    numbered = {
        f"{name} {number}": fingerprint(secret)
        for name, ring in rings.items()
        for number, secret in ring.items()
    }
    single = {
        "facts": settings.FACT_KEY.encode(),
        "proof": settings.PROOF_KEY.encode(),
        "codes": settings.CODE_KEY,
    }
    return numbered | {name: fingerprint(secret) for name, secret in single.items()}


def _table(draft: Draft, lines: Iterator[bytes], table: Table) -> dict[str, Any]:
    counted = Counted(table, lines)
    size = draft.add_rows(table.name, counted)
    return table.as_json() | {"rows": counted.rows, "digest": counted.digest, "size": size}


class Counted:
    """Lines passed on as they are, counted and hashed as they are compared."""

    def __init__(self, table: Table, lines: Iterable[bytes]) -> None:
        self._lines, self._compared, self._hash = lines, comparable(table), hashlib.sha256()
        self.rows = 0

    def __iter__(self) -> Iterator[bytes]:
        for each in self._lines:
            self._hash.update(self._compared(each))
            self.rows += 1
            yield each

    @property
    def digest(self) -> str:
        """SHA-256 of every line so far."""
        return self._hash.hexdigest()


def copy_files(place: Target, say: Say) -> tuple[list[list[Any]], int, tuple[str, ...]]:
    """Copy contents the target has not: (hash and size of each, how many were new, hashes of damaged ones). Contents are
    written before the rows that name them, so reading them after the rows misses none."""
    kept, new, damaged, ours = [], 0, [], store()
    for sha256 in sorted(ours.all()):
        try:
            with ours.open_checked(sha256) as stream:
                new += place.keep_content(sha256, chunks_of(stream))
                kept.append([sha256, stream.seek(0, 2)])
        except FileDamaged:
            damaged.append(sha256)
    say(f"files: {len(kept)}, new {new}, damaged {len(damaged)}")
    return kept, new, tuple(damaged)
