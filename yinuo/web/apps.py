"""The page furniture as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yinuo.web"
    label = "web"
    verbose_name = "Page furniture"

    def ready(self) -> None:
        from yinuo.web import navigation_defaults  # noqa: F401  (declares the furniture's own commands)
        from yinuo.web.catalogs import compile_catalogs

        compile_catalogs()
