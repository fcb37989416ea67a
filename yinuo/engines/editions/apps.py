from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "yinuo.engines.editions"
    label = "editions"
    verbose_name = _("Editions")

    def ready(self) -> None:
        from yinuo.engines.editions import kinds

        kinds.declare_own()
