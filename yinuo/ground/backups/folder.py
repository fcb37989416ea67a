"""The folder backups are kept in: one folder per backup, named by its moment, and contents of files that all share.

    TARGET/20260412T083000.250Z/manifest      what there is; sealed; only its first line is plain
    TARGET/20260412T083000.250Z/tables/NAME   rows, compressed, sealed
    TARGET/contents/ab/HMAC               a file's content, sealed, once; its name gives nothing of it away

A backup is there whole or not at all: it is written as a draft and renamed when everything is on the disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from yinuo.ground.backups.sealed import SealBroken, Sealer, fingerprint, pieces

FORMAT = 1
NAME = re.compile(r"\d{8}T\d{6}\.\d{3}Z")


class BackupRefused(Exception):
    """What is not done, as a sentence."""


class Target:
    """A folder with backups, opened with the key they are encrypted with."""

    def __init__(self, root: Path, key: bytes) -> None:
        self.root, self.key = root, key

    def names(self) -> list[str]:
        """Whole backups, oldest first."""
        if not self.root.is_dir():
            return []
        return sorted(each.name for each in self.root.iterdir() if NAME.fullmatch(each.name))

    def manifest(self, name: str) -> dict[str, Any]:
        """What a backup says of itself. Raises BackupRefused naming what is wrong: the format, the key, a changed byte."""
        path = self.root / name / "manifest"
        try:
            with path.open("rb") as stream:
                head = stream.readline(1_000)
                self._read_head(name, head)
                return dict(
                    json.loads(b"".join(pieces(stream, self.key, f"{name}/manifest:{head.decode()}")))
                )
        except FileNotFoundError:
            raise BackupRefused(f"{self.root / name} holds no backup") from None
        except (SealBroken, ValueError) as error:
            raise BackupRefused(f"the manifest of {name} cannot be read: {error}") from None

    def _read_head(self, name: str, head: bytes) -> None:
        try:
            told = json.loads(head)
            known, key = int(told["format"]), str(told["key"])
        except (ValueError, KeyError, TypeError):
            raise BackupRefused(f"the manifest of {name} does not begin as one") from None
        if known > FORMAT:
            raise BackupRefused(
                f"{name} has format {known}; this version reads up to {FORMAT}: take a newer one"
            )
        if key != fingerprint(self.key):
            raise BackupRefused(
                f"{name} was encrypted with key {key}, and the key here is {fingerprint(self.key)}: "
                "give the right one in YINUO_SECRET_BACKUP"
            )

    def content_path(self, sha256: str) -> Path:
        """Where a file's content lies: the name says nothing to whoever has not the key."""
        name = hmac.digest(self.key, b"content:" + sha256.encode(), hashlib.sha256).hex()
        return self.root / "contents" / name[:2] / name

    def content(self, sha256: str) -> Iterator[bytes]:
        """A file's content in pieces. Raises SealBroken, FileNotFoundError."""
        with self.content_path(sha256).open("rb") as stream:
            yield from pieces(stream, self.key, f"contents/{sha256}")

    def keep_content(self, sha256: str, chunks: Iterable[bytes]) -> bool:
        """Keep a content unless it is there; whether it was new."""
        path = self.content_path(sha256)
        if path.exists():
            return False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}")
        try:
            with _new(draft) as out:
                sealer = Sealer(out, self.key, f"contents/{sha256}")
                for chunk in chunks:
                    sealer.write(chunk)
                sealer.close()
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync(path.parent)
        return True

    def rows(self, name: str, table: str) -> Iterator[bytes]:
        """A table's rows as they were written, in pieces. Raises SealBroken, FileNotFoundError."""
        unpacker = zlib.decompressobj()
        with (self.root / name / "tables" / table).open("rb") as stream:
            for piece in pieces(stream, self.key, f"{name}/tables/{table}"):
                yield unpacker.decompress(piece)
        yield unpacker.flush()

    @contextmanager
    def draft(self, name: str) -> Iterator[Draft]:
        """A backup being written; what goes wrong inside leaves none behind."""
        draft = self.root / f".draft-{name}"
        shutil.rmtree(draft, ignore_errors=True)
        (draft / "tables").mkdir(mode=0o700, parents=True)
        try:
            yield Draft(self, name, draft)
            _sync(draft / "tables")
            _sync(draft)
            draft.rename(self.root / name)
            _sync(self.root)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    @contextmanager
    def alone(self, lock_name: str = ".lock") -> Iterator[None]:
        """One backup at a time writes here. Raises BackupRefused when another does."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / lock_name).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupRefused(
                    f"another backup is being written to {self.root}; nothing was done"
                ) from None
            yield

    def keep_last(self, count: int) -> int:
        """Remove all but the newest backups, and contents none of them names; how many backups went."""
        names = self.names()
        gone, left = names[:-count], names[-count:]
        if not gone:
            return 0
        wanted = {self.content_path(sha256) for name in left for sha256, _ in self.manifest(name)["files"]}
        for name in gone:
            shutil.rmtree(self.root / name)
        for path in (self.root / "contents").glob("??/*"):
            if path not in wanted:
                path.unlink()
        return len(gone)


class Draft:
    """What a backup is written into."""

    def __init__(self, target: Target, name: str, folder: Path) -> None:
        self._target, self.name, self._folder = target, name, folder

    def add_rows(self, table: str, lines: Iterable[bytes]) -> int:
        """Keep a table's rows; how many bytes they take."""
        packer, path = zlib.compressobj(1), self._folder / "tables" / table
        with _new(path) as out:
            sealer = Sealer(out, self._target.key, f"{self.name}/tables/{table}")
            for each in lines:
                sealer.write(packer.compress(each))
            sealer.write(packer.flush())
            sealer.close()
        return path.stat().st_size

    def add_manifest(self, manifest: dict[str, Any]) -> None:
        """The last thing that is written."""
        head = json.dumps({"format": FORMAT, "key": fingerprint(self._target.key)}) + "\n"
        with _new(self._folder / "manifest") as out:
            out.write(head.encode())
            sealer = Sealer(out, self._target.key, f"{self.name}/manifest:{head}")
            sealer.write(json.dumps(manifest).encode())
            sealer.close()


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    """A file of its owner's, on the disk when the block ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
