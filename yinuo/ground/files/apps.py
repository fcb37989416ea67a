"""Uploaded files: sniffed, scanned, stored by hash, given back as attachments."""

from datetime import timedelta

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The app `files`."""

    name = "yinuo.ground.files"
    label = "files"

    def ready(self) -> None:
        """Jobs, kinds of facts and vital signs."""
        from yinuo.ground.files import kinds, scanning, vitals  # noqa: F401 - declared by being read
        from yinuo.ground.files.removal import sweep_job
        from yinuo.ground.jobs.registry import declare_job, declare_periodic

        declare_job(scanning.JOB, scanning.scan_waiting)
        declare_periodic(scanning.JOB, timedelta(hours=1))
        declare_job("files.sweep", sweep_job)
        declare_periodic("files.sweep", timedelta(days=1))
