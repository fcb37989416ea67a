"""A tree of units, and people with posts in it."""

from datetime import date
from itertools import count

import pytest
from django.core.cache import cache
from django.test import Client

from yinuo.ground.exposures.tests.bank import a_tree
from yinuo.ground.people.models import User
from yinuo.ground.people.postings import appoint

_numbers = count(1)


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    cache.clear()


@pytest.fixture
def units(db):
    return a_tree()


@pytest.fixture
def signed_in(units):
    """A browser of somebody who holds a role in a unit, reading English."""

    def sign_in(role: str, unit: str = "HQ") -> Client:
        number = next(_numbers)
        person = User.objects.create_user(
            f"{role}{number}", None, name=f"员工{number}", staff_number=f"C{number}"
        )
        appoint(person, role, units[unit], valid_from=date(2026, 1, 1))
        client = Client()
        client.force_login(person)
        client.cookies["yinuo_language"] = "en"
        return client

    return sign_in
