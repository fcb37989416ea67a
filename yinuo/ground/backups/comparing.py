"""Whether two things are the same in every count, hash and file: a backup with what its manifest says, a bank with it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from yinuo.ground.backups.folder import Target
from yinuo.ground.backups.layout import Table, lines_in
from yinuo.ground.backups.making import Counted
from yinuo.ground.backups.reading import Source
from yinuo.ground.backups.sealed import SealBroken
from yinuo.ground.files.store import FileDamaged, FolderStore

Manifest = dict[str, Any]


def told_tables(manifest: Manifest) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Each table with what the manifest says of it."""
    for told in manifest["tables"]:
        yield Table.from_json(told), told


def of_backup(target: Target, manifest: Manifest) -> list[str]:
    """What in a backup is not as its manifest says, read to the last byte; empty when everything is."""
    found = []
    for table, told in told_tables(manifest):
        try:
            found += _of_lines(table, told, lines_in(target.rows(manifest["name"], table.name)))
        except FileNotFoundError:
            found.append(f"{table.name}: its rows are missing")
        except (SealBroken, zlib.error, ValueError) as error:
            found.append(f"{table.name}: {error}")
    for sha256, size in manifest["files"]:
        found += _of_content(target, sha256, size)
    return found


def of_rows(source: Source, manifest: Manifest) -> list[str]:
    """What in a database is not as the manifest says, table by table; empty when everything is."""
    return [
        problem
        for table, told in told_tables(manifest)
        for problem in _of_lines(table, told, source.lines(table))
    ]


def of_files(store: FolderStore, manifest: Manifest) -> list[str]:
    """Files of the manifest that the store does not give back as they were."""
    found = []
    for sha256, _ in manifest["files"]:
        try:
            store.open_checked(sha256).close()
        except FileDamaged:
            found.append(f"file {sha256[:12]}…: missing or changed")
    return found


def _of_lines(table: Table, told: dict[str, Any], lines: Iterable[bytes]) -> list[str]:
    counted = Counted(table, lines)
    for _ in counted:
        pass
    if counted.rows != told["rows"]:
        return [f"{table.name}: {counted.rows} rows, the manifest says {told['rows']}"]
    if counted.digest != told["digest"]:
        return [f"{table.name}: as many rows as the manifest says, but not the same"]
    return []


def _of_content(target: Target, sha256: str, size: int) -> list[str]:
    digest, length = hashlib.sha256(), 0
    try:
        for piece in target.content(sha256):
            digest.update(piece)
            length += len(piece)
    except FileNotFoundError:
        return [f"file {sha256[:12]}…: missing"]
    except SealBroken:
        return [f"file {sha256[:12]}…: changed or cut"]
    return [] if (digest.hexdigest(), length) == (sha256, size) else [f"file {sha256[:12]}…: another content"]
