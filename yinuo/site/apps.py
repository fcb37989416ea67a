"""The top floor as a Django app: it brings the system checks of the whole house."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the checks when Django starts."""

    name = "yinuo.site"
    label = "site"

    def ready(self) -> None:
        from yinuo.site import checks, leaving  # noqa: F401 registering is what importing them is for
