import pytest
from django.core.cache import cache

from yinuo.engines.measures import measure as registry
from yinuo.packs.preventions.tests.bank import MEASURE, a_bank, a_measure


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    cache.clear()


@pytest.fixture
def bank(db):
    return a_bank()


@pytest.fixture
def readings(monkeypatch):
    """What the measure of the tests reads, period by period; a test fills it."""
    found = {}
    monkeypatch.setitem(registry._measures, MEASURE, a_measure(found))
    return found
