"""The pages of units and people ask a fixed number of queries, as test_query_counts.py has it."""

from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from tests.test_query_counts import check, what_is_kept_stays_fresh
from yinuo.ground.access.appointments import Appointment, propose
from yinuo.ground.people.models import Unit
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints.tests.bank import SINCE, a_stranger
from yinuo.packs.complaints.tests.conftest import _own_home, bank

__all__ = ["_own_home", "bank", "what_is_kept_stays_fresh"]

_codes = count(1)


@pytest.fixture
def admin(bank):
    client = Client()
    client.force_login(bank.person("sysadmin"))
    return client


def another_unit(parent):
    """Below `parent`, with somebody posted there."""
    code = f"U{next(_codes)}"
    unit = Unit.objects.create(code=code, kind="branch", name_zh_hans=code, opened_on=SINCE)
    place_unit(unit, parent, SINCE)
    appoint(a_stranger(), "officer", unit, valid_from=SINCE)
    return unit


def test_the_tree_of_units(bank, admin):
    check("organisation_units", admin, "/organisation", lambda turn: another_unit(bank.head))


def test_the_page_of_a_unit(bank, admin):
    def grow(turn):
        another_unit(bank.north)
        appoint(a_stranger(), "officer", bank.north, valid_from=SINCE)

    check("organisation_unit", admin, f"/organisation/units/{bank.north.pk}", grow)


def test_the_people(bank, admin):
    check("organisation_people", admin, "/organisation/people", lambda turn: another_unit(bank.head))


def test_one_person(bank, admin):
    person = bank.person("lead")

    def grow(turn):
        appoint(person, "officer", another_unit(bank.head), valid_from=SINCE)

    check("organisation_person", admin, f"/organisation/people/{person.pk}", grow)


def test_the_proposals(bank, admin):
    def grow(turn):
        wanted = Appointment(a_stranger(), "auditor", bank.north, timezone.localdate())
        propose(wanted, by=bank.person("sysadmin", bank.south))

    check("organisation_proposals", admin, "/organisation/proposals", grow)
