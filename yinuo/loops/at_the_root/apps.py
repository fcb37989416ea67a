from django.apps import AppConfig


class AtTheRootConfig(AppConfig):
    name = "yinuo.loops.at_the_root"
    label = "at_the_root"

    def ready(self) -> None:
        from yinuo.engines.loops.rules import Loop, declare_loop

        declare_loop(
            Loop("at_the_root", ("complaints", "preventions"), rules="yinuo.loops.at_the_root.rules")
        )
