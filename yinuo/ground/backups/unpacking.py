"""A base backup back into an empty data folder, with what PostgreSQL needs to follow the log from there to a moment."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import yinuo
from yinuo.ground.backups.folder import BackupRefused, Target
from yinuo.ground.backups.sealed import SealBroken
from yinuo.ground.backups.wal import WalArchive, WalRefused

TAR = "base.tar"
SIGNAL = "recovery.signal"
SETTINGS = "postgresql.auto.conf"
MISSING, FATAL = 100, 254  # statuses of restore_command: within it, and to PostgreSQL


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A data folder that follows the log as soon as PostgreSQL is started on it; `segments` are those it will read."""

    name: str
    version: int
    bytes: int
    segments: int
    last: str


def choose(bases: Target, moment: datetime | None) -> dict[str, Any]:
    """The manifest of the newest base backup that was finished by then. Raises BackupRefused."""
    found = [bases.manifest(name) for name in bases.names()]
    if not found:
        raise BackupRefused(f"{bases.root} holds no base backup. Nothing was written")
    fitting = [each for each in found if not moment or datetime.fromisoformat(each["finished"]) <= moment]
    if not fitting:
        raise BackupRefused(
            f"no base backup was finished by then: the oldest was at {found[0]['finished']}. Nothing was written"
        )
    return fitting[-1]


def unpack(
    root: Path, key: bytes, into: Path, *, moment: datetime | None, key_file: Path | None, archiving: bool
) -> Unpacked:
    """Fill an empty folder. `moment` None: as far as the archive goes. Not `archiving`: what is recovered only to look at
    it adds nothing to the archive. Raises BackupRefused; the folder is then as empty as before."""
    bases, log = Target(root / "base", key), WalArchive(root, key)
    manifest = choose(bases, moment)
    if into.is_dir() and any(into.iterdir()):
        raise BackupRefused(f"{into} is not empty: give a folder with nothing in it; nothing was changed")
    try:
        if log.cluster_id() != manifest["cluster"]:
            raise BackupRefused(
                "the archive's log is of another cluster than its base backups; nothing was written"
            )
        # What is missing is known by name at once; what is damaged, PostgreSQL is told when it asks for it.
        checked = log.verify(manifest["start"], read=False)
    except WalRefused as refusal:
        raise BackupRefused(f"{refusal}; nothing was written") from None
    if checked.missing and moment is None:
        raise BackupRefused(
            f"the log has a gap: {checked.missing[0]} is missing. Recover to a moment before it by --to, or bring the "
            "segment back; nothing was written"
        )
    owner = into.stat() if into.is_dir() else into.parent.stat()
    try:
        into.mkdir(mode=0o700, exist_ok=True)
        _extract(bases, manifest, into)
        _configure(root, into, moment, key_file, archiving=archiving)
        _own(into, owner)
    except BaseException:
        for each in into.iterdir():
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        raise
    os.sync()
    return Unpacked(
        manifest["name"], manifest["version"] // 10_000, manifest["bytes"], checked.segments, checked.last
    )


def _extract(bases: Target, manifest: dict[str, Any], into: Path) -> None:
    told = f"base backup {manifest['name']}"
    chunks = _Chunks(bases.rows(manifest["name"], TAR))
    try:
        with tarfile.open(fileobj=cast(IO[bytes], chunks), mode="r|") as tar:
            tar.extractall(into, filter="data")
        chunks.drain()
    except FileNotFoundError:
        raise BackupRefused(f"{told}: its files are missing; nothing was recovered") from None
    except (SealBroken, zlib.error, tarfile.TarError) as error:
        raise BackupRefused(f"{told} cannot be read: {error}; nothing was recovered") from None
    if chunks.digest != manifest["digest"]:
        raise BackupRefused(f"{told} is not what its manifest says; nothing was recovered")


def _configure(
    root: Path, into: Path, moment: datetime | None, key_file: Path | None, *, archiving: bool
) -> None:
    settings = {
        "restore_command": restore_command(root, key_file),
        "recovery_target_timeline": "latest",
        "recovery_target_action": "promote",
        "recovery_target_time": moment.isoformat() if moment else "",
    }
    if not archiving:
        settings |= {"archive_mode": "off"}
    with (into / SETTINGS).open("a", encoding="utf-8") as out:
        out.write("\n# yinuo recover\n")
        out.writelines(
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()
        )
    (into / SIGNAL).touch(0o600)


def restore_command(root: Path, key_file: Path | None) -> str:
    """How PostgreSQL asks for a segment: the very Yinuo that wrote this, wherever PostgreSQL is started."""
    place = Path(yinuo.__file__).resolve().parents[1]
    words = ["env", f"PYTHONPATH={place}", sys.executable, "-P", "-m", "yinuo", "wal", "fetch", "%f", "%p"]
    words += ["--archive", str(root.resolve())]
    words += ["--key", str(key_file.resolve())] if key_file else []
    words += ["--missing-is", str(MISSING)]
    asked = " ".join(each if each in ("%f", "%p") else shlex.quote(each).replace("%", "%%") for each in words)
    # A Python that cannot start ends with 1 too, which PostgreSQL would take for the end of the log.
    return f"{asked}; case $? in 0) exit 0;; {MISSING}) exit 1;; *) exit {FATAL};; esac"


def _own(into: Path, owner: os.stat_result) -> None:
    """The server reads only what is its own; as root we write for whoever the folder belongs to."""
    into.chmod(0o700)
    if os.geteuid() != 0:
        return
    for folder, _, names in os.walk(into):
        for each in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)


class _Chunks:
    """Pieces as a stream that tarfile reads, hashed while they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._chunk, self._at, self._hash = b"", 0, hashlib.sha256()

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end alone."""
        parts = []
        while size and (self._at < len(self._chunk) or self._next()):
            parts.append(self._chunk[self._at : self._at + size])
            self._at += len(parts[-1])
            size -= len(parts[-1])
        return b"".join(parts)

    def drain(self) -> None:
        """What stands after the end of the tar belongs to what was hashed."""
        while self._next():
            pass

    def _next(self) -> bool:
        for chunk in self._chunks:
            if chunk:
                self._hash.update(chunk)
                self._chunk, self._at = chunk, 0
                return True
        return False

    @property
    def digest(self) -> str:
        """SHA-256 of what passed."""
        return self._hash.hexdigest()
