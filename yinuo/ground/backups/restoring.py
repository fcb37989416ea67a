"""A backup back into an empty database, compared in every count, hash and file, or not at all.

Everything is read and checked before anything is written. PostgreSQL: one transaction. SQLite: a draft beside the file,
renamed when it is whole.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from yinuo.facts import guards, heads
from yinuo.facts.gate import record
from yinuo.facts.models import Checkpoint
from yinuo.facts.verify import verify
from yinuo.ground.backups import comparing, newer_heads
from yinuo.ground.backups.erasures import Erasure, erase_again
from yinuo.ground.backups.folder import BackupRefused, Target
from yinuo.ground.backups.layout import lines_in
from yinuo.ground.backups.making import Say, keys
from yinuo.ground.backups.placing import count_on, empty, place
from yinuo.ground.backups.reading import inside
from yinuo.ground.files.store import store
from yinuo.ground.outbox.claims import doubt_what_waits
from yinuo.ground.people.models import StaffSession

Manifest = dict[str, Any]
SHOWN = 5  # differences told in one refusal


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back; `erased` were erased again, `sessions` ended, `letters` are in doubt, `heads_aside` newer than the
    backup."""

    rows: int
    files: int
    head: int
    erased: int
    sessions: int
    letters: int
    heads_aside: int
    seconds: float


def restore(
    target: Target,
    name: str,
    erasures: list[Erasure],
    *,
    files: bool = True,
    moving: bool = False,
    say: Say = lambda line: None,
) -> Restored:
    """Restore one backup. Raises BackupRefused with what is wrong; the database is then as empty as before.

    `moving`: nobody has worked since the backup, so that its waiting letters have not left.
    """
    begun = time.monotonic()
    manifest = target.manifest(name)
    if not files:
        manifest = manifest | {"files": []}
    _check_place(manifest)
    _refuse(comparing.of_backup(target, manifest), f"{name} is not whole")
    say("the backup is whole")
    _bring_files(target, manifest)
    with (
        newer_heads.aside(Path(settings.YINUO_HOME), manifest["head"][0], name) as moved,
        _all_or_nothing() as draft,
    ):
        _bring_rows(target, manifest, draft, say)
        verdict = verify()
        _refuse(verdict.problems, "the facts do not hold")
        say(f"compared and verified: {verdict.facts} facts, head {verdict.head_seq}")
        with transaction.atomic():
            erased, ended, doubted = forget(erasures, moving=moving)
            record(
                "backups.restored", name=name, head=manifest["head"][0], erased=erased, sessions=ended, letters=doubted,
            )  # fmt: skip
    sign_outside()
    rows = sum(told["rows"] for told in manifest["tables"])
    return Restored(
        rows,
        len(manifest["files"]),
        manifest["head"][0],
        erased,
        ended,
        doubted,
        moved,
        time.monotonic() - begun,
    )


def _check_place(manifest: Manifest) -> None:
    if connection.introspection.table_names():
        raise BackupRefused("the database is not empty: give one without tables; nothing was changed")
    connection.close()
    here = keys()
    missing = sorted(name for name, told in manifest["keys"].items() if here.get(name) != told)
    if missing:
        raise BackupRefused(
            f"the keys here are not those of the bank in the backup ({', '.join(missing)}): what it sealed could not be "
            "read. Bring them along with --keys, or in YINUO_SECRET_…; nothing was changed"
        )
    known = set(MigrationLoader(None).disk_migrations or {})
    newer = [f"{app}.{each}" for app, each in manifest["migrations"] if (app, each) not in known]
    if newer:
        raise BackupRefused(
            f"the backup is of a newer version ({newer[0]} is not known here); nothing was changed"
        )


@contextmanager
def _all_or_nothing() -> Iterator[str]:
    """PostgreSQL: a transaction. SQLite: a draft, whose path is given, that becomes the database at the end."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            yield ""
        return
    real = str(connection.settings_dict["NAME"])
    draft = f"{real}.restoring"
    _remove(draft)
    connection.close()
    try:
        connection.settings_dict["NAME"] = draft
        connection.ensure_connection()
        # From here on the connection is open on the draft, and everybody who asks hears the name it is going to have.
        connection.settings_dict["NAME"] = real
        yield draft
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _remove(real)
        os.replace(draft, real)
    finally:
        connection.settings_dict["NAME"] = real
        connection.close()
        _remove(draft)


def _bring_rows(target: Target, manifest: Manifest, draft: str, say: Say) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([(app, each) for app, each in manifest["migrations"]])
    connection.disable_constraint_checking()
    with guards.lifted(connection), transaction.atomic():
        told = list(comparing.told_tables(manifest))
        empty(connection, [table for table, _ in told])
        for table, _ in told:
            place(connection, table, lines_in(target.rows(manifest["name"], table.name)))
            say(f"{table.name}: restored")
        count_on(connection)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            connection.check_constraints()
    connection.enable_constraint_checking()
    with inside(connection, draft) as source:
        _refuse(comparing.of_rows(source, manifest), "what was restored is not what was backed up")


def _bring_files(target: Target, manifest: Manifest) -> None:
    """Contents first, as when they are uploaded: one that no row names hurts nobody."""
    ours = store()
    for sha256, _ in manifest["files"]:
        ours.put(target.content(sha256))
    _refuse(comparing.of_files(ours, manifest), "the files are not those that were backed up")


def forget(erasures: list[Erasure], *, moving: bool = False) -> tuple[int, int, int]:
    """Erase again who was erased since, end every session, doubt letters that may have left since; how many of each. In the
    caller's transaction, which records it."""
    erased = erase_again(erasures)
    ended, _ = StaffSession.objects.all().delete()
    doubted = 0 if moving else doubt_what_waits("restored")
    return erased, ended, doubted


def sign_outside() -> None:
    """Tell the files beside the database which heads it has now: a new machine knows of none."""
    known = {head.seq for head in heads.read() if head.checkpoint}
    for each in Checkpoint.objects.order_by("seq"):
        if each.seq not in known:
            heads.append(each.seq, each.chain, each.at)


def _refuse(problems: list[str], why: str) -> None:
    if problems:
        more = f" and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise BackupRefused(f"{why}: {'; '.join(problems[:SHOWN])}{more}. Nothing was restored")


def _remove(path: str) -> None:
    for each in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        Path(each).unlink(missing_ok=True)
