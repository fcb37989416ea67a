"""A head office and whoever keeps the organisation there."""

import pytest

from yinuo.engines.editions.tests.first import first_editions
from yinuo.packs.organisation.tests.bank import a_unit, browser, someone


@pytest.fixture
def head():
    first_editions()
    return a_unit("HQ")


@pytest.fixture
def admin(head):
    return browser(someone("sysadmin", head))
