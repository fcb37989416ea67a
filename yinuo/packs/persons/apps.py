from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonsConfig(AppConfig):
    name = "yinuo.packs.persons"
    label = "persons"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        from yinuo.packs.persons import pack

        pack.declare_all()
