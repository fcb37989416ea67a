"""What shows besides the password that it is you."""

from django.apps import AppConfig


class FactorsConfig(AppConfig):
    """The app `factors`."""

    name = "yinuo.ground.factors"
    label = "factors"

    def ready(self) -> None:
        from yinuo.ground.factors import vitals  # noqa: F401 they declare themselves
