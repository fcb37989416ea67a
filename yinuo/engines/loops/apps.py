from django.apps import AppConfig


class LoopsConfig(AppConfig):
    name = "yinuo.engines.loops"
    label = "loops"
