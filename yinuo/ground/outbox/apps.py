"""Letters: written in the transaction of the act, delivered afterwards."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The app `outbox`."""

    name = "yinuo.ground.outbox"
    label = "outbox"

    def ready(self) -> None:
        from yinuo.ground.outbox import vitals  # noqa: F401 they declare themselves
