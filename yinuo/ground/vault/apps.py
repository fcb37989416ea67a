"""Keys and ciphertext: what must not be read without the bank's key."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The app `vault`."""

    name = "yinuo.ground.vault"
    label = "vault"

    def ready(self) -> None:
        from yinuo.ground.vault import kinds  # noqa: F401 they declare themselves
