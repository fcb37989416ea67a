from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromisesConfig(AppConfig):
    name = "yinuo.engines.promises"
    label = "promises"
    verbose_name = _("Promises")

    def ready(self) -> None:
        from yinuo.engines.editions.kinds import EditionKind, declare_kind
        from yinuo.engines.promises.days import read_promises

        declare_kind(EditionKind("promises", read_promises, scoped=True))
