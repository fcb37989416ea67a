"""Customers, found by keyed index and shown masked."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app `customers`."""

    name = "yinuo.ground.customers"
    label = "customers"
