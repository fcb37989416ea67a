from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "yinuo.packs.organisation"
    label = "organisation"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        from yinuo.packs.organisation import pack

        pack.declare_all()
