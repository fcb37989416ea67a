"""Who may do what where: roles, verbs and today's reach."""

from django.apps import AppConfig
from django.core.checks import register


class AccessConfig(AppConfig):
    """The app `access`. It has no tables: roles and verbs are declared, postings belong to people."""

    name = "yinuo.ground.access"
    label = "access"

    def ready(self) -> None:
        from yinuo.ground.access.checks import check_verbs

        register(check_verbs)
