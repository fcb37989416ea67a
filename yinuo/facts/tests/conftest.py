from __future__ import annotations

import pytest

from yinuo.facts.tests.flushing import flush_past_the_guards


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards():
    flush_past_the_guards()


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    """Heads of one test's chain are no business of the next test."""
    settings.YINUO_HOME = tmp_path
    settings.FACT_KEY = "the key of the tests"
