from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "yinuo.engines.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from yinuo.engines.cases.kinds import declare_facts

        declare_facts()
