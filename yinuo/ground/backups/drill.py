"""The drill: the newest backup is restored by the real command into a database that is thrown away, and compared.

Its result is a fact, good or not, and a vital sign: a backup that was never restored is a hope.
"""

from __future__ import annotations

import logging
import os
import subprocess  # nosec B404 # commands of ours in lists, no shell
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.backups.folder import BackupRefused
from yinuo.ground.backups.making import back_up, target
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.registry import JobFailed

log = logging.getLogger(__name__)

LONGEST = 6 * 3600  # seconds a drill may take


@dataclass(frozen=True, slots=True)
class Drilled:
    """`age`: seconds between the moment of the backup and the drill: what would have been lost. `said` is empty if good."""

    name: str
    good: bool
    rows: int
    files: int
    seconds: float
    age: float
    said: str


def drill(root: Path) -> Drilled:
    """Restore the newest backup of a folder into a throw-away SQLite file and record how it went."""
    names = target(root).names()
    if not names:
        raise BackupRefused(f"{root} holds no backup to restore")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="yinuo-drill-") as folder:
        done = _restore(root / names[-1], Path(folder))
    good = done.returncode == 0
    told = dict(pair.split("=", 1) for pair in done.stdout.splitlines()[-1].split()) if good else {}
    result = Drilled(
        names[-1],
        good,
        int(told.get("rows", 0)),
        int(told.get("files", 0)),
        time.monotonic() - begun,
        (timezone.now() - moment(names[-1])).total_seconds(),
        "" if good else (done.stderr.splitlines() or ["it ended without a word"])[-1],
    )
    with transaction.atomic():
        record(
            "backups.drilled", name=result.name, good=good, rows=result.rows, files=result.files,
            seconds=round(result.seconds), age=max(0, round(result.age)),
        )  # fmt: skip
    return result


def moment(name: str) -> datetime:
    """When the snapshot of a backup was taken, from its name."""
    return datetime.strptime(name, "%Y%m%dT%H%M%S.%f%z")


def back_up_by_job(ctx: JobContext) -> dict[str, int | str]:
    """The periodic backup into YINUO_BACKUP_FOLDER."""
    del ctx
    try:
        made = back_up(Path(settings.BACKUP_FOLDER), keep=settings.BACKUP_KEEP)
    except BackupRefused as refusal:
        raise JobFailed("backup refused") from refusal
    return {"name": made.name, "rows": made.rows, "files": made.files, "damaged": len(made.damaged)}


def drill_by_job(ctx: JobContext) -> dict[str, int | str]:
    """The periodic drill. One that is not good is a job that failed."""
    del ctx
    try:
        result = drill(Path(settings.BACKUP_FOLDER))
    except BackupRefused as refusal:
        raise JobFailed("no backup to restore") from refusal
    if not result.good:
        log.error("restore drill of %s failed", result.name)
        raise JobFailed("the newest backup could not be restored")
    return {"name": result.name, "rows": result.rows, "files": result.files, "seconds": round(result.seconds)}


def _restore(backup: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command a person would type, on a machine with nothing but the keys."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    own = {
        "YINUO_HOME": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/drill.sqlite3",
        "YINUO_SECRET_BACKUP": settings.BACKUP_KEY,
        "YINUO_SECRET_FACTS": settings.FACT_KEY,
        "YINUO_SECRET_PROOF": settings.PROOF_KEY,
        "YINUO_SECRET_CODES": settings.CODE_KEY.decode(),
        **_ring("VAULT", settings.VAULT_KEYS),
        **_ring("INDEX", settings.INDEX_KEYS),
        "YINUO_SECRET_DJANGO": settings.SECRET_KEY,
        "YINUO_BACKUP_FOLDER": "",
    }
    command = [sys.executable, "-m", "yinuo", "restore", str(backup), "--quiet"]
    return subprocess.run(  # nosec B603 # a command of ours in a list, no shell
        command, env=kept | own, capture_output=True, text=True, check=False, timeout=LONGEST
    )


def _ring(name: str, ring: Mapping[int, bytes]) -> dict[str, str]:
    """The keys of a ring as the environment gives them."""
    return {
        f"YINUO_SECRET_{name}" + (f"_{number}" if number > 1 else ""): secret.decode()
        for number, secret in ring.items()
    }
