import pytest
from django.core.cache import cache

from yinuo.packs.reviews.tests.bank import a_bank


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    cache.clear()


@pytest.fixture
def bank(db):
    return a_bank()
