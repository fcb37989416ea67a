import pytest
from django.core.cache import cache

from yinuo.facts.tests.flushing import flush_past_the_guards
from yinuo.packs.complaints.tests.bank import a_bank

flush_past_the_guards()


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    """Files, imports and heads of one test are no business of the next."""
    settings.YINUO_HOME = tmp_path
    cache.clear()


@pytest.fixture
def bank(db):
    return a_bank()


@pytest.fixture
def ten_seconds(settings):
    """What is held is held, as in a bank; other tests hold nothing."""
    settings.HOLD_SECONDS = 10
