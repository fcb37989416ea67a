from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    name = "yinuo.packs.editing"
    label = "editing"
    verbose_name = _("Editions")

    def ready(self) -> None:
        from yinuo.packs.editing import pack

        pack.declare_all()
