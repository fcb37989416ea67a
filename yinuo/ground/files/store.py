"""Where bytes lie: a folder, each content once, under its SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_CHUNK = 256 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


class FileDamaged(Exception):
    """The bytes in the store are missing or are not those that were put there."""


class TooLarge(Exception):
    """More bytes than were allowed; nothing was kept."""


class FolderStore:
    """Files below one folder as ab/cd/<sha256>. A file is there whole or not at all, also after a crash."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, chunks: Iterable[bytes], most: int | None = None) -> tuple[str, int]:
        """Keep a content; returns (sha256, size in bytes). Raises TooLarge beyond `most` bytes."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.root / f".{os.getpid()}.{secrets.token_hex(8)}"
        try:
            sha256, size = self._write(draft, chunks, most)
            self._keep(draft, sha256, size)
        finally:
            draft.unlink(missing_ok=True)
        return sha256, size

    def path(self, sha256: str) -> Path:
        """Where a content lies; ValueError for what is no hash."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The content for reading. Raises FileDamaged if it is missing."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise FileDamaged(sha256) from None

    def open_checked(self, sha256: str) -> BinaryIO:
        """The content for reading, after its hash was compared. Raises FileDamaged."""
        stream = self.open(sha256)
        digest = hashlib.sha256()
        for chunk in chunks_of(stream):
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            stream.close()
            raise FileDamaged(sha256)
        stream.seek(0)
        return stream

    def all(self) -> Iterator[str]:
        """The hashes of everything kept, for verification and backup."""
        for path in self.root.glob("??/??/*"):
            if _HASH.fullmatch(path.name):
                yield path.name

    def _write(self, draft: Path, chunks: Iterable[bytes], most: int | None) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with _new(draft) as out:
            for chunk in chunks:
                size += len(chunk)
                if most is not None and size > most:
                    raise TooLarge
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        return digest.hexdigest(), size

    def _keep(self, draft: Path, sha256: str, size: int) -> None:
        path = self.path(sha256)
        if path.exists() and path.stat().st_size == size:
            os.utime(path)  # young again: whoever removes what nobody names must wait for our row
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.rename(path)
        for folder in (path.parent, path.parent.parent, self.root):
            _sync(folder)


def store() -> FolderStore:
    """The store of this Yinuo: YINUO_HOME/files."""
    return FolderStore(Path(settings.YINUO_HOME) / "files")


def chunks_of(stream: BinaryIO) -> Iterator[bytes]:
    """A stream from where it stands, in pieces."""
    while chunk := stream.read(_CHUNK):
        yield chunk


def written_whole(path: Path, content: bytes) -> None:
    """Write a small file that is there whole or not at all, also after a crash."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with _new(draft) as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _new(path: Path) -> BinaryIO:
    """A new file that nobody but us reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(folder: Path) -> None:
    """Make a rename outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
