"""Letters: written in the transaction of the act, delivered afterwards."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The app `outbox`."""

    name = "yinuo.ground.outbox"
    label = "outbox"
