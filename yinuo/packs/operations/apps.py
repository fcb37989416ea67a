from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "yinuo.packs.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from yinuo.packs.operations import pack

        pack.declare_all()
