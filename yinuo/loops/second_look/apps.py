from django.apps import AppConfig


class SecondLookConfig(AppConfig):
    name = "yinuo.loops.second_look"
    label = "second_look"

    def ready(self) -> None:
        from yinuo.engines.loops.rules import Loop, declare_loop

        declare_loop(Loop("second_look", ("complaints", "reviews"), rules="yinuo.loops.second_look.rules"))
