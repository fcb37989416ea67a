from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "yinuo.engines.processes"
    label = "processes"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from yinuo.engines.editions.kinds import EditionKind, declare_kind
        from yinuo.engines.processes.publication import read_process

        declare_kind(EditionKind("process", read_process, ".bpmn", scoped=True))
