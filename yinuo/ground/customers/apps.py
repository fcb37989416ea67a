"""Customers, found by keyed index and shown masked."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app `customers`."""

    name = "yinuo.ground.customers"
    label = "customers"

    def ready(self) -> None:
        from yinuo.ground.customers import kinds, own_holdings, rotation  # noqa: F401 kinds declare themselves
        from yinuo.ground.jobs.registry import declare_job

        declare_job(rotation.KIND, rotation.rotate)
        own_holdings.declare_own()
