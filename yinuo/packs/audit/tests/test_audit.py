"""Whoever audits reads the facts of their units, and nothing of a case from which they stand aside."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.facts.models import Fact
from yinuo.ground.people.kinds import SIGNED_IN, UNIT_CLOSED
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint

pytestmark = pytest.mark.django_db
SINCE = timezone.localdate() - timedelta(days=30)


def a_unit(code, parent=None) -> Unit:
    names = {f"name_{language}": f"{code} unit" for language in ("zh_hans", "en", "zh_hant")}
    unit = Unit.objects.create(code=code, kind="branch", opened_on=SINCE, **names)
    place_unit(unit, parent, SINCE)
    return unit


@pytest.fixture
def head():
    return a_unit("HQ")


@pytest.fixture
def north(head):
    return a_unit("NORTH", head)


def a_person(name, role, unit) -> User:
    person = User.objects.create_user(name, staff_number=f"S-{name}", name=f"The {name}")
    appoint(person, role, unit, valid_from=SINCE)
    return person


def browser(person) -> Client:
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


def page(person, query="") -> str:
    return browser(person).get(f"/audit?{query}").content.decode()


def closed(unit, by=None, **more) -> Fact:
    return record(UNIT_CLOSED.name, unit=unit.pk, by=by.pk if by else None, closed_on=SINCE, **more)


def rows(text: str) -> int:
    return text.count("<tr data-row")


def test_the_auditor_of_the_whole_bank_reads_facts_of_no_unit_too(head, north):
    auditor = a_person("auditor", "auditor", head)
    record(SIGNED_IN.name, by=auditor.pk)
    closed(north, auditor)
    text = page(auditor, "kind=people.signed_in&kind=people.unit_closed")
    assert rows(text) == 2
    assert "The auditor" in text
    assert "NORTH unit" in text
    assert "facts of your units" not in text


def test_the_auditor_of_a_branch_reads_what_concerns_it_and_is_told_that_this_is_not_all(head, north):
    auditor = a_person("northern", "auditor", north)
    record(SIGNED_IN.name, by=auditor.pk)
    closed(head)
    closed(north)
    text = page(auditor, "kind=people.signed_in&kind=people.unit_closed")
    assert rows(text) == 1
    assert "NORTH unit" in text
    assert "facts of your units" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=auditor", 1),
        ("q=AUDITOR", 1),
        ("q=nobody", 0),
        ("q=NORTH", 2),
        ("q=north", 2),
        ("q=N", 0),
        ("q=XX-1", 0),
    ],
)
def test_facts_are_found_by_who_where_and_which_case(head, north, query, found):
    auditor = a_person("auditor", "auditor", head)
    closed(north, auditor)
    closed(north)
    assert rows(page(auditor, f"kind=people.unit_closed&{query}")) == found


def test_taking_facts_along_is_a_fact_and_no_formula_leaves(head):
    auditor = a_person("auditor", "auditor", head)
    closed(head, auditor)
    answer = browser(auditor).get("/audit/export/csv?kind=people.unit_closed")
    found = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(found) == 2
    assert "people.unit_closed" in found[1]
    assert "closed_on=" in found[1][-2]
    (told,) = Fact.objects.filter(kind="audit.exported")
    assert (told.by_id, told.data) == (auditor.pk, {"format": "csv"})
    assert browser(auditor).get("/audit/export/pdf").status_code == 404


def test_other_roles_are_told_which_grant_they_lack(head):
    answer = browser(a_person("lead", "lead", head)).get("/audit")
    assert answer.status_code == 403
    assert "audit.view" in answer.content.decode()
