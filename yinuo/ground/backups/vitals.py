"""Whether there is a backup, and whether one was restored lately."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yinuo.facts.models import Fact
from yinuo.ground.vitals.registry import SECONDS, Silent, Vital, age, declare_vital

DRILLS_LOOKED_AT = 50  # the newest; more than so many bad ones in a row are as bad as none


def last_made(now: datetime) -> float:
    """Seconds since the newest backup; 0 where no folder for backups is set, which `yinuo doctor` tells."""
    return _since(now, lambda: _newest("backups.made", 1))


def last_good_drill(now: datetime) -> float:
    """Seconds since a backup was last restored whole; 0 where no folder for backups is set."""
    return _since(
        now, lambda: [fact for fact in _newest("backups.drilled", DRILLS_LOOKED_AT) if fact.data["good"]]
    )


def _since(now: datetime, read: Callable[[], list[Fact]]) -> float:
    if not settings.BACKUP_FOLDER:
        return 0.0
    found = read()
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
