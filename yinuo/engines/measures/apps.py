from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "yinuo.engines.measures"
    label = "measures"
    verbose_name = _("Measures")

    def ready(self) -> None:
        from yinuo.engines.editions.kinds import EditionKind, declare_kind
        from yinuo.engines.measures.targets import parse_targets

        declare_kind(EditionKind("targets", parse_targets))
