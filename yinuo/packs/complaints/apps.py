from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "yinuo.packs.complaints"
    label = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from yinuo.packs.complaints import measures, pack

        pack.declare_all()
        measures.declare_measures()
