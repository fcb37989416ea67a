import pytest
from django.test import Client

from yinuo.packs.complaints.tests.conftest import _own_home, bank

__all__ = ["_own_home", "bank"]


@pytest.fixture
def browser(bank):
    return Client(raise_request_exception=False)
