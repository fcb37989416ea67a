from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallbacksConfig(AppConfig):
    name = "yinuo.packs.callbacks"
    label = "callbacks"
    verbose_name = _("Call-backs")

    def ready(self) -> None:
        from yinuo.packs.callbacks import holdings, measures, pack

        pack.declare_all()
        measures.declare_measures()
        holdings.declare_holdings()
