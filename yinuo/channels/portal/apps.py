from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "yinuo.channels.portal"
    label = "portal"
    verbose_name = _("Customer portal")

    def ready(self) -> None:
        from yinuo.channels.portal import drafts
        from yinuo.ground.jobs.registry import declare_job, declare_periodic

        declare_job("portal.clean_up", drafts.clean_up_job)
        declare_periodic("portal.clean_up", timedelta(hours=6))
