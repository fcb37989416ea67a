"""Units, postings and the staff who sign in."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `people`."""

    name = "yinuo.ground.people"
    label = "people"

    def ready(self) -> None:
        from yinuo.ground.people import vitals  # noqa: F401 they declare themselves
