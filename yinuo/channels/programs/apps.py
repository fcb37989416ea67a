from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "yinuo.channels.programs"
    label = "programs"
    verbose_name = _("Programs")

    def ready(self) -> None:
        from yinuo.channels.programs import pages

        pages.declare_all()
