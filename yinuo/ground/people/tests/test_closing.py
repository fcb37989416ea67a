"""A unit is closed while nobody is posted there, and nobody is posted where it closes, also not at the same moment."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import date

import pytest
from django.db import connection, transaction

from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.people.offices import PostingRefused
from yinuo.ground.people.places import TreeRefused, close_unit, place_unit
from yinuo.ground.people.postings import appoint, end_posting

pytestmark = pytest.mark.django_db
OPENED, CLOSES = date(2026, 1, 1), date(2026, 7, 1)


def a_unit() -> Unit:
    unit = Unit.objects.create(code="EAST", kind="branch", name_zh_hans="城东支行", opened_on=OPENED)
    place_unit(unit, None, OPENED)
    return unit


def somebody() -> User:
    return User.objects.create_user("li.na", None, name="李娜", staff_number="S-0042")


def test_a_unit_where_somebody_is_posted_is_not_closed():
    unit, person = a_unit(), somebody()
    posting = appoint(person, "handler", unit, valid_from=OPENED)
    with pytest.raises(TreeRefused) as refused:
        close_unit(unit, CLOSES)
    assert refused.value.code == "postings"
    end_posting(posting, CLOSES)
    close_unit(unit, CLOSES)
    assert Unit.objects.get().closed_on == CLOSES


def test_nobody_is_posted_where_it_is_closed():
    unit, person = a_unit(), somebody()
    close_unit(unit, CLOSES)
    for ends in (None, date(2026, 7, 2)):
        with pytest.raises(PostingRefused) as refused:
            appoint(person, "handler", unit, valid_from=OPENED, valid_to=ends)
        assert refused.value.code == "closed_unit"
    appoint(person, "handler", unit, valid_from=OPENED, valid_to=CLOSES)


@pytest.mark.django_db(transaction=True)
def test_whoever_is_posted_while_it_is_being_closed_waits_and_is_refused():
    unit, person, said = a_unit(), somebody(), []

    def post() -> None:
        with closing(connection):
            try:
                appoint(person, "handler", Unit.objects.get(), valid_from=OPENED)
            except PostingRefused as refused:
                said.append(refused.code)

    def waits() -> bool:
        """Whether the second is held up; SQLite has one writer, there is nothing to look at."""
        if connection.vendor != "postgresql":
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    with transaction.atomic():
        close_unit(unit, CLOSES)
        second = threading.Thread(target=post)
        second.start()
        while second.is_alive() and not waits():
            second.join(0.01)
    second.join(60)
    assert (said, Posting.objects.count()) == (["closed_unit"], 0)
