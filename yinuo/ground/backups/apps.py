"""Backups, restoring, and the drill that shows that restoring works."""

from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class BackupsConfig(AppConfig):
    """The app `backups`."""

    name = "yinuo.ground.backups"
    label = "backups"

    def ready(self) -> None:
        from yinuo.ground.backups import kinds, vitals  # noqa: F401 they declare themselves
        from yinuo.ground.backups.base import base_by_job
        from yinuo.ground.backups.drill import back_up_by_job, drill_by_job
        from yinuo.ground.jobs.registry import declare_job, declare_periodic

        declare_job("backups.make", back_up_by_job)
        declare_job("backups.drill", drill_by_job)
        declare_job("backups.base", base_by_job)
        if settings.ARCHIVE_FOLDER:
            declare_periodic("backups.base", timedelta(hours=settings.BASE_HOURS))
        if not settings.BACKUP_FOLDER:
            return
        declare_periodic("backups.make", timedelta(hours=settings.BACKUP_HOURS))
        declare_periodic("backups.drill", timedelta(days=settings.BACKUP_DRILL_DAYS))
