"""The top floor as a Django app: it brings the system checks of the whole house."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the checks when Django starts."""

    name = "yinuo.site"
    label = "site"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yinuo.site import checks, leaving  # noqa: F401 registering is what importing them is for
        from yinuo.web.palette import Command, declare_command

        told = _("What Yinuo is made of, and under which licences")
        declare_command(Command("licences", told, "/licences", "file-text"))
