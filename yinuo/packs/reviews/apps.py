from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "yinuo.packs.reviews"
    label = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        from yinuo.packs.reviews import holdings, measures, pack

        pack.declare_all()
        measures.declare_measures()
        holdings.declare_holdings()
