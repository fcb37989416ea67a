"""What shows besides the password that it is you."""

from django.apps import AppConfig


class FactorsConfig(AppConfig):
    """The app `factors`."""

    name = "yinuo.ground.factors"
    label = "factors"
