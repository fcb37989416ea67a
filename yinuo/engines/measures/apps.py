from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "yinuo.engines.measures"
    label = "measures"
    verbose_name = _("Measures")

    def ready(self) -> None:
        from yinuo.engines.editions.kinds import EditionKind, declare_kind
        from yinuo.engines.measures.target_files import parse_targets
        from yinuo.engines.measures.targets import unfilled

        declare_kind(EditionKind("targets", parse_targets, unfilled=unfilled))
