from django.apps import AppConfig


class LoopsConfig(AppConfig):
    name = "yinuo.engines.loops"
    label = "loops"

    def ready(self) -> None:
        from yinuo.engines.loops import vitals  # noqa: F401 they declare themselves
