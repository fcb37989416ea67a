"""What `yinuo doctor` looks at, one finding each: what, whether it is right, and what to do where it is not."""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.checks import run_checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from yinuo.facts import grants, guards, stamps
from yinuo.ground.backups.base import archive, bases
from yinuo.ground.backups.folder import BackupRefused
from yinuo.ground.backups.wal import WalRefused
from yinuo.ground.files.scanner import ScannerAway, scanner
from yinuo.ground.outbox.smtp import Conversation, server_from_url
from yinuo.ground.vitals.registry import readings

LEAST_FREE = 2 * 2**30  # bytes below which a disk is nearly full
MOST_SKEW = 5.0  # seconds between our clock and the database's


class Finding(NamedTuple):
    """One thing looked at. `right` is None where it could not be, which is no fault by itself."""

    what: str
    right: bool | None
    said: str

    @property
    def wrong(self) -> bool:
        """Whether somebody has to do something."""
        return self.right is False

    @property
    def mark(self) -> str:
        """As the command prints it."""
        return {True: "ok", False: "BAD", None: "--"}[self.right]


def examine() -> list[Finding]:
    """Everything, each by itself: what breaks one look hides no other."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        _settings, _secrets, _checks, _database, _disk, _mail, _scanner, _stamps, _archive, _vitals,
    ]  # fmt: skip
    found: list[Finding] = []
    for look in looks:
        try:
            found += look()
        except (Error, OSError, ValueError, smtplib.SMTPException) as error:
            found.append(Finding(look.__name__.strip("_"), False, f"could not be looked at: {_kind(error)}"))
    return found


def _settings() -> Iterator[Finding]:
    production = not settings.DEMONSTRATION
    yield Finding(
        "demonstration", None if settings.DEMONSTRATION else True, "on" if not production else "off"
    )
    yield Finding(
        "debug", not settings.DEBUG, "YINUO_DEBUG=1 shows errors to everybody" if settings.DEBUG else "off"
    )
    if production:
        secure = bool(settings.SESSION_COOKIE_SECURE)
        yield Finding(
            "https", secure, "on" if secure else "set YINUO_HTTPS=1: cookies may travel unencrypted"
        )
        said = "set YINUO_BACKUP_FOLDER: nothing is backed up" if not settings.BACKUP_FOLDER else "on"
        yield Finding("backups", bool(settings.BACKUP_FOLDER), said)
        behind = "set YINUO_PROXIES: behind a proxy nobody is told from another by address"
        yield Finding("proxies", True if settings.PROXIES else None, "named" if settings.PROXIES else behind)
        postgres = connection.vendor == "postgresql"
        yield Finding(
            "database kind", postgres, connection.vendor if postgres else "a bank runs on PostgreSQL"
        )


def _secrets() -> Iterator[Finding]:
    home = Path(settings.YINUO_HOME)
    open_to_others = [
        path.name for path in _ours(home) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    said = f"chmod go= {', '.join(open_to_others)}" if open_to_others else "closed to others"
    yield Finding("home and keys", not open_to_others, said)
    if not settings.DEMONSTRATION:
        kept = [name for name in ("DJANGO", "FACTS", "CODES") if not os.environ.get(f"YINUO_SECRET_{name}")]
        for ring in (settings.VAULT_KEYS, settings.INDEX_KEYS):
            kept += [f"{ring.name} {number}".upper() for number in ring if ring.place(number) == "file"]
        said = f"in files: {', '.join(kept)}; give them by YINUO_SECRET_…" if kept else "from the environment"
        yield Finding("secrets", not kept, said)


def _ours(home: Path) -> Iterator[Path]:
    yield home
    keys = home / "keys"
    if keys.is_dir():
        yield from (keys, *(each for each in keys.iterdir() if each.is_file()))


def _checks() -> Iterator[Finding]:
    serious = [str(each.id) for each in run_checks() if each.is_serious()]
    yield Finding("declarations", not serious, ", ".join(serious) or "no error")


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (said,) = cursor.fetchone()
    yield Finding("database", True, connection.vendor)
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield Finding(
        "tables", not missing, f"{missing} migrations missing: yinuo migrate" if missing else "all there"
    )
    lost = guards.missing(connection)
    yield Finding("triggers of facts", not lost, f"missing: {', '.join(lost)}" if lost else "in place")
    if connection.vendor == "postgresql":
        yield _bound()
    if isinstance(said, datetime):
        skew = abs((timezone.now() - said).total_seconds())
        yield Finding("clock", skew <= MOST_SKEW, f"{skew:.1f} s beside the database's")


def _bound() -> Finding:
    if grants.is_bound(connection):
        return Finding("database role", True, "reads and adds facts, no more")
    words = "could change facts: migrate with DATABASE_ADMIN_URL, work with a role of its own in DATABASE_URL"
    return Finding("database role", None if settings.DEMONSTRATION else False, words)


def _stamps() -> Iterator[Finding]:
    """Whether the time stamp authority that is set can be believed; it is asked every hour, not here."""
    if settings.TIMESTAMP_URL:
        known = len(stamps.believed())
        said = (
            f"{known} certificates are believed" if known else "set YINUO_TIMESTAMP_ROOTS: nobody is believed"
        )
        yield Finding("time stamps", bool(known), said)


def _archive() -> Iterator[Finding]:
    """Whether the log leads from the oldest base backup to the newest segment."""
    if connection.vendor != "postgresql":
        return
    if not settings.ARCHIVE_FOLDER:
        said = "set YINUO_ARCHIVE_FOLDER: what is done between two backups is lost with the machine"
        yield Finding("log of the database", None if settings.DEMONSTRATION else False, said)
        return
    root = Path(settings.ARCHIVE_FOLDER)
    try:
        names = bases(root).names()
        if not names:
            yield Finding("log of the database", False, "no base backup yet: yinuo backup --base")
            return
        checked = archive(root).verify(str(bases(root).manifest(names[0])["start"]), read=False)
    except (BackupRefused, WalRefused) as refusal:
        yield Finding("log of the database", False, str(refusal))
        return
    said = f"{checked.segments} segments since {names[0]}"
    if checked.missing:
        said = f"a gap: {checked.missing[0]} is missing; make a base backup now"
    yield Finding("log of the database", not checked.missing, said)


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.YINUO_HOME).free
    yield Finding("disk", free >= LEAST_FREE, f"{free / 2**30:.1f} GB free")


def _mail() -> Iterator[Finding]:
    server = server_from_url(settings.SMTP_URL)
    try:
        Conversation(server, settings.LETTERS_FROM).close()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("mail server", False, f"{server.host}:{server.port} does not answer: {_kind(error)}")
        return
    yield Finding("mail server", True, f"{server.host}:{server.port} answers")


def _scanner() -> Iterator[Finding]:
    asked = scanner()
    if asked is None:
        said = "set YINUO_CLAMD: uploaded files are not looked at"
        yield Finding("scanner for malware", None if settings.DEMONSTRATION else False, said)
        return
    try:
        yield Finding("scanner for malware", True, asked.version())
    except ScannerAway:
        yield Finding("scanner for malware", False, "does not answer; files wait for it")


def _vitals() -> Iterator[Finding]:
    for each in readings(timezone.now()):
        value = each.problem if each.value is None else f"{each.value:.0f}{each.vital.unit}"
        limit = f"at most {each.vital.most:g}{each.vital.unit}"
        yield Finding(each.vital.key, each.is_well, f"{value} ({limit})")


def _kind(error: BaseException) -> str:
    return type(error).__name__
