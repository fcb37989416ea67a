import pytest

from yinuo.packs.complaints.tests.bank import a_bank
from yinuo.packs.complaints.tests.conftest import _own_home

__all__ = ["_own_home"]


@pytest.fixture
def bank(db):
    return a_bank()
