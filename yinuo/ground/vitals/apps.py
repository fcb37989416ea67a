"""Vital signs, pulses and alarms."""

from django.apps import AppConfig


class VitalsConfig(AppConfig):
    """The app `vitals`."""

    name = "yinuo.ground.vitals"
    label = "vitals"

    def ready(self) -> None:
        from yinuo.ground.vitals import kinds, of_facts  # noqa: F401 they declare themselves
