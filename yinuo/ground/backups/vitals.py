"""Whether there is a backup, and whether one was restored lately."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from yinuo.facts.models import Fact
from yinuo.ground.vitals.pulse import silence
from yinuo.ground.vitals.registry import SECONDS, Silent, Vital, age, declare_vital

ARCHIVED_WITHIN = 600.0  # seconds; archive_timeout is a minute, a large segment over a slow line takes some
FOLLOWED_WITHIN = 300.0
DRILLS_LOOKED_AT = 50  # the newest; more than so many bad ones in a row are as bad as none


def last_made(now: datetime) -> float:
    """Seconds since the newest backup; 0 where no folder for backups is set, which `yinuo doctor` tells."""
    return _since(now, lambda: _newest("backups.made", 1))


def last_good_drill(now: datetime) -> float:
    """Seconds since a backup was last restored whole; 0 where no folder for backups is set."""
    return _since(
        now, lambda: [fact for fact in _newest("backups.drilled", DRILLS_LOOKED_AT) if fact.data["good"]]
    )


def last_base(now: datetime) -> float:
    """Seconds since the newest base backup; 0 where no archive is set."""
    if not settings.ARCHIVE_FOLDER:
        return 0.0
    return _age(now, _newest("backups.base_made", 1))


def last_archived(now: datetime) -> float:
    """Seconds since PostgreSQL last archived a segment of its log: what is younger would be lost with the machine."""
    if not settings.ARCHIVE_FOLDER or connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_archived_time FROM pg_stat_archiver")
        (at,) = cursor.fetchone()
    if at is None:
        raise Silent
    return age(now, at)


def last_followed(now: datetime) -> float:
    """Seconds since files and erasures were last copied beside the log; 0 where no archive is set."""
    return silence("backups.followed", now) if settings.ARCHIVE_FOLDER else 0.0


def _since(now: datetime, read: Callable[[], list[Fact]]) -> float:
    if not settings.BACKUP_FOLDER:
        return 0.0
    return _age(now, read())


def _age(now: datetime, found: list[Fact]) -> float:
    if not found:
        raise Silent
    return age(now, found[0].occurred_at)


def _newest(kind: str, count: int) -> list[Fact]:
    return list(Fact.objects.filter(kind=kind).order_by("-occurred_at")[:count])


declare_vital(
    Vital(
        "backups.made", _("Newest backup"), SECONDS, settings.BACKUP_HOURS * 3600 * 1.5, last_made,
        _("See why the last backup failed: its folder may be full or gone; then say yinuo backup."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "backups.drilled", _("Last backup that was restored and compared"), SECONDS,
        settings.BACKUP_DRILL_DAYS * 86_400 * 1.5, last_good_drill,
        _("Say yinuo drill: it names what in the newest backup cannot be restored."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "backups.base", _("Newest base backup"), SECONDS, settings.BASE_HOURS * 3600 * 1.5, last_base,
        _("See why the last base backup failed: say yinuo backup with --base."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "backups.archived", _("Last archived part of the database's log"), SECONDS, ARCHIVED_WITHIN, last_archived,
        _("PostgreSQL's log says why archive_command fails; until it works nothing younger can be recovered."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "backups.followed", _("Files copied beside the database's log"), SECONDS, FOLLOWED_WITHIN, last_followed,
        _("See why the background cannot write to the archive: its folder may be full or gone."),
    )
)  # fmt: skip
