"""Programs read cases of every kind, what led to what, and measures down to the complaints behind a figure."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from yinuo.channels.api.tests.test_reading import program
from yinuo.engines.cases.models import Case, Recusal
from yinuo.packs.callbacks.actions import open_call_back
from yinuo.packs.callbacks.models import Grade
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, closed, graded

pytestmark = pytest.mark.django_db
ALL = ("complaints.view", "callbacks.view", "measures.view")


@pytest.fixture
def reader(bank):
    return program(bank.person("lead"), bank.head, *ALL)


def a_call_back(case: Case) -> Case:
    return open_call_back(case, title="A call-back", grade=Grade.ORDINARY, at=case.closed_at)


def numbers(client, query="") -> list[str]:
    return [each["number"] for each in client.get(f"/api/v1/cases{query}").json()["items"]]


def test_cases_of_every_kind_stand_in_one_list_and_each_kind_alone(bank, reader):
    complaint = closed(bank, at=MONDAY)
    call_back = a_call_back(complaint)
    assert numbers(reader) == [complaint.number, call_back.number]
    assert numbers(reader, "?kind=callbacks") == [call_back.number]
    assert numbers(reader, "?kind=complaints&state=open") == []


def test_a_case_names_the_cases_it_is_there_for_and_those_it_led_to(bank, reader):
    complaint = closed(bank, at=MONDAY)
    call_back = a_call_back(complaint)
    said = reader.get(f"/api/v1/cases/{call_back.number}").json()
    assert [each["number"] for each in said["because_of"]] == [complaint.number]
    assert said["clocks"]
    back = reader.get(f"/api/v1/cases/{complaint.number}").json()
    assert [(each["number"], each["kind"]) for each in back["led_to"]] == [(call_back.number, "callbacks")]


def test_a_kind_that_the_token_does_not_name_is_not_there(bank):
    complaint = closed(bank, at=MONDAY)
    call_back = a_call_back(complaint)
    reader = program(bank.person("lead"), bank.head, "complaints.view")
    assert numbers(reader) == [complaint.number]
    assert reader.get(f"/api/v1/cases/{call_back.number}").status_code == 404
    assert reader.get("/api/v1/cases?kind=callbacks").json()["code"] == "kind_unknown"
    assert reader.get(f"/api/v1/cases/{complaint.number}").json()["led_to"] == []


def test_a_token_for_no_kind_of_case_is_told_which_grant_is_missing(bank):
    answer = program(bank.person("lead"), bank.head, "measures.view").get("/api/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_missing")


def test_a_figure_opens_exactly_the_complaints_behind_it(bank, reader):
    inside = [closed(bank, at=MONDAY + timedelta(days=turn)).number for turn in range(3)]
    a_complaint(bank, at=MONDAY)  # not closed: not counted
    closed(bank, at=MONDAY - timedelta(days=200))  # of another period
    window = f"period={MONDAY:%Y}Q{(MONDAY.month + 2) // 3}"
    read = reader.get(f"/api/v1/measures/complaints.handling_days?{window}").json()
    assert read["reading"]["n"] == 3
    behind = reader.get(f"/api/v1/complaints?measure=complaints.handling_days&{window}").json()
    assert [each["number"] for each in behind["items"]] == inside


def test_each_part_of_a_split_opens_its_own_complaints(bank, reader):
    graded(bank, at=MONDAY)
    a_complaint(bank, at=MONDAY)
    window = f"period={MONDAY:%Y}Q{(MONDAY.month + 2) // 3}"
    read = reader.get(f"/api/v1/measures/complaints.coded?{window}").json()
    parts = {(split["name"], code): part for split in read["splits"] for code, part in split["parts"].items()}
    assert {name for name, _code in parts} >= {"business", "product"}
    for (name, code), part in parts.items():
        asked = f"measure=complaints.coded&{window}&slice={name}:{code}"
        behind = reader.get(f"/api/v1/complaints?{asked}").json()["items"]
        assert len(behind) == part["hits"], (name, code)


def test_every_measure_the_caller_may_see_is_listed_with_its_sample_and_targets(bank, reader):
    closed(bank, at=MONDAY)
    window = f"period={MONDAY:%Y}Q{(MONDAY.month + 2) // 3}"
    items = {each["key"]: each for each in reader.get(f"/api/v1/measures?{window}").json()["items"]}
    days = items["complaints.handling_days"]
    assert Decimal(days["reading"]["value"]) >= 0
    assert days["reading"]["n"] == 1
    assert all(target["verdict"] in ("met", "near", "missed", "cannot_tell") for target in days["targets"])
    few = program(bank.person("lead"), bank.head, "measures.view").get(f"/api/v1/measures?{window}").json()
    assert "complaints.handling_days" not in {each["key"] for each in few["items"]}


@pytest.mark.parametrize(
    ("query", "code"), [("period=2026Q9", "period_unknown"), ("unit=NOWHERE", "unit_unknown")]
)
def test_a_window_that_cannot_be_read_is_refused_and_none_is_put_in_its_place(reader, query, code):
    answer = reader.get(f"/api/v1/measures?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_nothing_is_told_of_a_case_to_whoever_stands_aside_from_it(bank):
    person = bank.person("lead")
    complaint = closed(bank, at=MONDAY)
    call_back = a_call_back(complaint)
    reader = program(person, bank.head, *ALL)
    assert numbers(reader) == [complaint.number, call_back.number]
    Recusal.objects.create(case=complaint, person=person, ground="relative", declared_at=MONDAY)
    assert numbers(reader) == []
    for number in (complaint.number, call_back.number):
        assert reader.get(f"/api/v1/cases/{number}").status_code == 404
