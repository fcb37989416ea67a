from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PreventionsConfig(AppConfig):
    name = "yinuo.packs.preventions"
    label = "preventions"
    verbose_name = _("Preventions")

    def ready(self) -> None:
        from yinuo.packs.preventions import measures, pack

        pack.declare_all()
        measures.declare_measures()
