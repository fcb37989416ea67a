from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationsConfig(AppConfig):
    name = "yinuo.packs.escalations"
    label = "escalations"
    verbose_name = _("Told to me")

    def ready(self) -> None:
        from yinuo.packs.escalations import pack

        pack.declare_all()
