"""A base backup: the files of a PostgreSQL cluster that goes on working, from which its log leads to any later moment.

ROOT/base/20260412T083000.250Z/manifest    which segment of the log it needs first, and what a bank needs besides
ROOT/base/20260412T083000.250Z/tables/base.tar   as pg_basebackup streams it, compressed, sealed
ROOT/base/contents/ab/HMAC    uploaded files, each once; copied every minute, since the log has none of them
ROOT/base/erasures            who was erased, as often: whoever goes back before an erasure must erase again
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess  # nosec B404 # commands of ours in lists, no shell
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.facts.models import Position
from yinuo.ground.backups.erasures import keep_beside, kept_beside
from yinuo.ground.backups.folder import BackupRefused, Target
from yinuo.ground.backups.making import Say, copy_files, keys
from yinuo.ground.backups.programs import address, program
from yinuo.ground.backups.sealed import key_of
from yinuo.ground.backups.wal import WalArchive, WalRefused
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.registry import JobFailed
from yinuo.ground.vitals.pulse import beat

TAR = "base.tar"
CHUNK = 256 * 1024
FOLLOWED = "backups.followed"
FILES_LOCK = ".files.lock"  # a base backup of hours does not keep files waiting
LABEL = "backup_label"


@dataclass(frozen=True, slots=True)
class BaseMade:
    """A whole base backup; `start` is the segment of the log it needs first."""

    name: str
    size: int
    files: int
    new_files: int
    head: int
    start: str
    seconds: float
    damaged: tuple[str, ...]


def bases(root: Path) -> Target:
    """The base backups below a root, with the key of this Yinuo."""
    return Target(root / "base", key_of(settings.BACKUP_KEY))


def archive(root: Path) -> WalArchive:
    """The log's archive below a root, with the key of this Yinuo."""
    return WalArchive(root, key_of(settings.BACKUP_KEY))


def back_up_base(root: Path, *, keep: int = 0, say: Say = lambda line: None) -> BaseMade:
    """Write a base backup, record that it was made, keep the newest `keep` (0: all) and the log since the oldest of them.
    Raises BackupRefused."""
    if connection.vendor != "postgresql":
        raise BackupRefused("a base backup is of PostgreSQL; on SQLite yinuo backup without --base is whole")
    log, place = archive(root), bases(root)
    try:
        log.check()
        with place.alone():
            made = _write(place, log, say)
    except WalRefused as refusal:
        raise BackupRefused(str(refusal)) from None
    except OSError as error:
        raise BackupRefused(
            f"{root}: {error.strerror or error}; what was begun was removed, no backup was made"
        ) from error
    with transaction.atomic():
        record(
            "backups.base_made", name=made.name, files=made.files, size=made.size, head=made.head,
            seconds=round(made.seconds), damaged=len(made.damaged),
        )  # fmt: skip
    if keep:
        _tidy(place, log, keep)
    return made


def _tidy(place: Target, log: WalArchive, keep: int) -> None:
    try:
        with place.alone(FILES_LOCK):
            place.keep_last(keep)
        log.remove_before(str(place.manifest(place.names()[0])["start"]))
    except OSError as error:
        raise BackupRefused(
            f"{place.names()[-1]} was made and is whole; what is older could not be removed: {error.strerror or error}"
        ) from error


def follow(root: Path, *, say: Say = lambda line: None) -> tuple[int, int]:
    """Copy what the log does not hold: files uploaded since, and who was erased; how many files there are, and how many
    were new. Raises BackupRefused."""
    place = bases(root)
    kept, new, _ = _follow(place, say)
    return len(kept), new


def follow_by_loop() -> int:
    """A round of the background's loop: how many files were new."""
    return follow(Path(settings.ARCHIVE_FOLDER))[1] if settings.ARCHIVE_FOLDER else 0


def base_by_job(ctx: JobContext) -> dict[str, int | str]:
    """The periodic base backup into YINUO_ARCHIVE_FOLDER."""
    del ctx
    try:
        made = back_up_base(Path(settings.ARCHIVE_FOLDER), keep=settings.BASE_KEEP)
    except BackupRefused as refusal:
        raise JobFailed("base backup refused") from refusal
    return {"name": made.name, "files": made.files, "bytes": made.size, "damaged": len(made.damaged)}


def _follow(place: Target, say: Say) -> tuple[list[list[Any]], int, tuple[str, ...]]:
    with place.alone(FILES_LOCK):
        keep_beside(place)
        copied = copy_files(place, say)
    beat([FOLLOWED], timezone.now())
    return copied


def _write(place: Target, log: WalArchive, say: Say) -> BaseMade:
    begun, told = time.monotonic(), _server()
    if log.belongs() not in (None, told["cluster"]):
        raise BackupRefused(
            "the archive holds the log of another cluster: give each its own folder; nothing was done"
        )
    now: datetime = told.pop("now")
    name = f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03}Z"
    with place.draft(name) as draft:
        stream = _Stream(settings.REPLICATION_URL, name, told["version"] // 10_000)
        size = draft.add_rows(TAR, stream)
        say(f"cluster: {stream.bytes} bytes, {size} as they are kept")
        finished = _server()["now"]
        # Contents are written before the rows that name them: copied after the rows, none is missed.
        kept, new, damaged = _follow(place, say)
        draft.add_manifest(
            {
                "kind": "base", "name": name, "at": now.isoformat(), "finished": finished.isoformat(),
                "digest": stream.digest, "bytes": stream.bytes, "size": size, "files": kept, "damaged": list(damaged),
                "destroyed": [[str(who), at.isoformat()] for who, at in kept_beside(place)], "keys": keys(),
                **told, **stream.label(),
            }
        )  # fmt: skip
    return BaseMade(
        name,
        size,
        len(kept),
        new,
        told["head"][0],
        stream.label()["start"],
        time.monotonic() - begun,
        damaged,
    )


def _server() -> dict[str, Any]:
    """What the server says of itself, by its own clock. Raises BackupRefused where it archives nothing."""
    head = Position.objects.order_by("-seq").values_list("seq", "chain").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), current_setting('server_version_num')::int, current_setting('archive_mode'),"
            " (SELECT system_identifier FROM pg_control_system())"
        )
        now, version, archiving, identity = cursor.fetchone()
    if archiving == "off":
        raise BackupRefused(
            "the server archives nothing (archive_mode is off): a base backup without its log is not enough. Set "
            "archive_mode = on and archive_command to yinuo wal push, and start it again; nothing was done"
        )
    return {"now": now, "version": version, "cluster": identity, "head": list(head or (0, ""))}


class _Stream:
    """What pg_basebackup writes, counted and hashed while it passes."""

    def __init__(self, url: str, name: str, version: int) -> None:
        told, self._secret = address(url)
        self._command = [
            program("pg_basebackup", version), "--dbname", told, "--pgdata", "-", "--format", "tar", "--wal-method", "fetch",
            "--checkpoint", "fast", "--label", name, "--no-password",
        ]  # fmt: skip
        self._hash, self._first = hashlib.sha256(), b""
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        """Raises BackupRefused when it did not end well."""
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(  # nosec B603 # a command of ours in a list, no shell
                self._command, stdout=subprocess.PIPE, stderr=said, env=os.environ | self._secret
            ) as running:
                try:
                    while running.stdout and (chunk := running.stdout.read(CHUNK)):
                        self._first = self._first or chunk
                        self._hash.update(chunk)
                        self.bytes += len(chunk)
                        yield chunk
                except BaseException:
                    running.kill()
                    raise
            if running.returncode:
                said.seek(0)
                raise BackupRefused(_why(said.read().decode(errors="replace")))

    @property
    def digest(self) -> str:
        """SHA-256 of the whole tar."""
        return self._hash.hexdigest()

    def label(self) -> dict[str, Any]:
        """`start` and `timeline`, from the label the tar begins with."""
        with tarfile.open(fileobj=io.BytesIO(self._first), mode="r|") as tar:
            first = tar.next()
            found = tar.extractfile(first) if first and first.name == LABEL else None
            lines = found.read().decode().splitlines() if found else []
        told = dict(line.split(": ", 1) for line in lines if ": " in line)
        start = told["START WAL LOCATION"].partition("(file ")[2].rstrip(")")
        return {"start": start, "timeline": int(told["START TIMELINE"])}


def _why(said: str) -> str:
    """pg_basebackup's words as what to do."""
    last = (said.strip().splitlines() or ["it ended without a word"])[-1]
    if "pg_hba.conf" in last:
        return f"the server lets nobody replicate from here: add a `replication` line to pg_hba.conf ({last})"
    if "REPLICATION" in said or "replication role" in said:
        return f"this role may not replicate: ALTER ROLE … REPLICATION, or name another in YINUO_REPLICATION_URL ({last})"
    return f"pg_basebackup: {last}; no backup was made"
