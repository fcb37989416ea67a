from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "yinuo.packs.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from yinuo.packs.audit import pack

        pack.declare_all()
