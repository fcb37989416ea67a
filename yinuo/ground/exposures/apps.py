"""Exposures: what figures are held against, unit by unit and month by month."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExposuresConfig(AppConfig):
    """The app `exposures`."""

    name = "yinuo.ground.exposures"
    label = "exposures"
    verbose_name = _("Exposures")

    def ready(self) -> None:
        from yinuo.ground.exposures import stating

        stating.declare_facts()
