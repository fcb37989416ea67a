"""Coarse background work as rows: progress, cancel, retry, dead letter."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app `jobs`."""

    name = "yinuo.ground.jobs"
    label = "jobs"

    def ready(self) -> None:
        from yinuo.ground.jobs import vitals  # noqa: F401 they declare themselves
