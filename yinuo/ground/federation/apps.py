"""Signing in through the bank's own identity provider."""

from django.apps import AppConfig


class FederationConfig(AppConfig):
    """The app `federation`."""

    name = "yinuo.ground.federation"
    label = "federation"

    def ready(self) -> None:
        from yinuo.ground.federation import kinds  # noqa: F401 they declare themselves
