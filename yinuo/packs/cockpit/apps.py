from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CockpitConfig(AppConfig):
    name = "yinuo.packs.cockpit"
    label = "cockpit"
    verbose_name = _("Measures")

    def ready(self) -> None:
        from yinuo.packs.cockpit import pack

        pack.declare_all()
