"""Coarse background work as rows: progress, cancel, retry, dead letter."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app `jobs`."""

    name = "yinuo.ground.jobs"
    label = "jobs"
