"""Pages name the bank, so tests that reach the database find its first editions there."""

import pytest


@pytest.fixture(autouse=True)
def _the_bank_has_a_name(request):
    reaches = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if reaches or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if "live_server" in request.fixturenames else "db")
        from yinuo.engines.editions.tests.first import first_editions

        first_editions()
