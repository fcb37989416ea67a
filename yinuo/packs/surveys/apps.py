from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "yinuo.packs.surveys"
    label = "surveys"
    verbose_name = _("Satisfaction")

    def ready(self) -> None:
        from yinuo.packs.surveys import holdings, measures, pack

        pack.declare_all()
        measures.declare_measures()
        holdings.declare_holdings()
