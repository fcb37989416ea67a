"""Uploaded files: sniffed, stored by hash, given back as attachments."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The app `files`."""

    name = "yinuo.ground.files"
    label = "files"

    def ready(self) -> None:
        from datetime import timedelta

        from yinuo.ground.files.removal import sweep_job
        from yinuo.ground.jobs.registry import declare_job, declare_periodic

        declare_job("files.sweep", sweep_job)
        declare_periodic("files.sweep", timedelta(days=1))
