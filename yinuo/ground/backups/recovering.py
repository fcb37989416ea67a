"""What a database recovered from its log still needs before anybody works with it: its keys, its files, its erasures.

The server has followed the log to the moment it was told and has opened; this compares and verifies what it brought.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.facts.models import Position
from yinuo.facts.verify import verify
from yinuo.ground.backups import newer_heads
from yinuo.ground.backups.base import bases
from yinuo.ground.backups.erasures import Erasure, from_backups, kept_beside
from yinuo.ground.backups.folder import BackupRefused, Target
from yinuo.ground.backups.making import keys
from yinuo.ground.backups.restoring import forget, sign_outside
from yinuo.ground.backups.sealed import SealBroken
from yinuo.ground.files.models import Scan, StoredFile
from yinuo.ground.files.store import FileDamaged, store

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Recovered:
    """What stands now; `missing` are hashes of files that rows name and the archive does not have."""

    head: int
    files: int
    missing: tuple[str, ...]
    erased: int
    sessions: int
    letters: int
    heads_aside: int
    seconds: float


def finish(root: Path, listed: list[Erasure], *, answered: bool = False) -> Recovered:
    """Make a recovered database ready to be worked with. `listed`: who was erased, as somebody knows besides; `answered`
    when that is the whole list. Raises BackupRefused; then the database is as it was."""
    begun, place = time.monotonic(), bases(root)
    _check(place)
    erasures = listed + from_backups(place, skip_unreadable=answered)
    erasures += [] if answered else kept_beside(place)
    missing = _bring_files(place)
    head = Position.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    stamp = f"{timezone.now():%Y%m%dT%H%M%S}"
    with newer_heads.aside(Path(settings.YINUO_HOME), head, stamp) as moved, transaction.atomic():
        verdict = verify()
        if verdict.problems:
            raise BackupRefused(f"the facts do not hold: {'; '.join(verdict.problems[:SHOWN])}")
        erased, ended, doubted = forget(erasures)
        files = StoredFile.objects.exclude(scan=Scan.INFECTED).values("sha256").distinct().count()
        record(
            "backups.recovered", head=head, files=files - len(missing), missing=len(missing), erased=erased, sessions=ended,
            letters=doubted,
        )  # fmt: skip
    sign_outside()
    return Recovered(
        head, files - len(missing), missing, erased, ended, doubted, moved, time.monotonic() - begun
    )


def _check(place: Target) -> None:
    if connection.vendor != "postgresql":
        raise BackupRefused("recovery is of PostgreSQL; nothing was changed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery(), (SELECT system_identifier FROM pg_control_system())")
        following, identity = cursor.fetchone()
    if following:
        raise BackupRefused(
            "the server still follows its log: wait until it has opened, its log tells how far it is; nothing was changed"
        )
    if not place.names():
        raise BackupRefused(f"{place.root} holds no base backup; nothing was changed")
    manifest = place.manifest(place.names()[-1])
    if manifest["cluster"] != identity:
        raise BackupRefused("this database is of another cluster than the base backups; nothing was changed")
    here = keys()
    missing = sorted(name for name, told in manifest["keys"].items() if here.get(name) != told)
    if missing:
        raise BackupRefused(
            f"the keys here are not those of the bank ({', '.join(missing)}): what it sealed could not be read. Bring them "
            "along with --keys, or in YINUO_SECRET_…; nothing was changed"
        )


def _bring_files(place: Target) -> tuple[str, ...]:
    """Every content a row names, from the archive unless it is here; those that cannot be had."""
    return tuple(each for each in _named() if not _bring(place, each))


def _named() -> Iterator[str]:
    named = StoredFile.objects.exclude(scan=Scan.INFECTED).order_by("sha256")
    yield from named.values_list("sha256", flat=True).distinct().iterator()


def _bring(place: Target, sha256: str) -> bool:
    ours = store()
    try:
        ours.open_checked(sha256).close()
        return True
    except FileDamaged:
        pass
    try:
        return ours.put(place.content(sha256))[0] == sha256
    except (FileNotFoundError, SealBroken):
        return False
