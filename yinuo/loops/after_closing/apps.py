from django.apps import AppConfig


class AfterClosingConfig(AppConfig):
    name = "yinuo.loops.after_closing"
    label = "after_closing"

    def ready(self) -> None:
        from yinuo.engines.loops.rules import Loop, declare_loop

        declare_loop(
            Loop("after_closing", ("complaints", "callbacks"), rules="yinuo.loops.after_closing.rules")
        )
