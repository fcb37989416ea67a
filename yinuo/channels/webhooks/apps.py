from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "yinuo.channels.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from yinuo.channels.webhooks import pages, vitals

        pages.declare_all()
        vitals.declare_all()
