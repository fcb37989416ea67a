"""Keys and ciphertext: what must not be read without the bank's key."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The app `vault`."""

    name = "yinuo.ground.vault"
    label = "vault"

    def ready(self) -> None:
        from django.core.signals import request_finished, request_started

        from yinuo.ground.vault import hand, kinds  # noqa: F401 kinds declare themselves

        request_started.connect(hand.begin, dispatch_uid="keys at hand")
        request_finished.connect(hand.end, dispatch_uid="keys at hand")
