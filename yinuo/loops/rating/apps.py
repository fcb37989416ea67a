from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "yinuo.loops.rating"
    label = "rating"

    def ready(self) -> None:
        from yinuo.engines.loops.rules import Loop, declare_loop

        declare_loop(Loop("rating", ("complaints", "surveys"), rules="yinuo.loops.rating.rules"))
