"""Programs read what their user may read and their token names: complaints page by page, one whole, the facts in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from yinuo.channels.api.auth import make_token
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, closed, graded

pytestmark = pytest.mark.django_db
READ = ("complaints.view",)


def program(person, unit, *scopes, **more) -> Client:
    token = make_token(person, unit, name="reader", scopes=scopes, **more)
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


@pytest.fixture
def reader(bank):
    return program(bank.person("lead"), bank.head, *READ)


def pages(client, query="") -> list[list[str]]:
    found, after = [], ""
    while after is not None:
        answer = client.get(f"/api/v1/complaints?limit=2&after={after}{query}").json()
        found.append([each["number"] for each in answer["items"]])
        after = answer["next"]
    return found


def test_pages_follow_each_other_without_gap_or_doubling_while_more_come_in(bank, reader):
    numbers = [a_complaint(bank, at=MONDAY + timedelta(minutes=turn)).number for turn in range(5)]
    assert pages(reader) == [numbers[:2], numbers[2:4], numbers[4:]]
    first = reader.get("/api/v1/complaints?limit=3").json()
    later = a_complaint(bank, at=MONDAY + timedelta(hours=1)).number
    rest = reader.get(f"/api/v1/complaints?limit=9&after={first['next']}").json()
    assert [each["number"] for each in rest["items"]] == [*numbers[3:], later]
    assert rest["next"] is None


def test_open_and_closed_ones_are_asked_for_apart_and_by_when_they_were_opened(bank, reader):
    is_closed, is_open = (
        closed(bank, at=MONDAY).number,
        a_complaint(bank, at=MONDAY + timedelta(days=1)).number,
    )
    assert pages(reader, "&state=open") == [[is_open]]
    assert pages(reader, "&state=closed") == [[is_closed]]
    noon = (MONDAY + timedelta(hours=12)).isoformat().replace("+", "%2B")
    assert pages(reader, f"&opened_from={noon}") == [[is_open]]
    assert pages(reader, f"&opened_before={noon}") == [[is_closed]]


def test_one_complaint_has_its_clocks_and_matters_and_a_masked_name(bank, reader):
    case = graded(bank, name="王小敏", phone="13800001402", matters=2)
    said = reader.get(f"/api/v1/complaints/{case.number}").json()
    assert said["customer"] == "王*敏"
    assert "13800001402" not in str(said)
    assert {each["promise"] for each in said["clocks"]} >= {"accept", "answer", "legal"}
    assert [each["position"] for each in said["matters"]] == [1, 2]
    assert said["handling_unit"] == case.handling_unit.code


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("complaints?after=x", 400, "cursor_unknown"),
        ("complaints?limit=0", 422, "body_unfit"),
        ("complaints?limit=201", 422, "body_unfit"),
        ("complaints?state=some", 422, "body_unfit"),
        ("complaints?opened_from=2026-11-21T09:00:00", 422, "body_unfit"),
        ("complaints?opened_from=16097", 422, "body_unfit"),
        ("complaints?opened_from=0001-01-01T00:00:00%2B08:00", 422, "body_unfit"),
        ("complaints?opened_form=2026-11-21T09:00:00Z", 422, "parameter_unknown"),
        ("complaints?measure=nonsense&period=2026", 422, "measure_unknown"),
        ("complaints?measure=complaints.handling_days", 422, "period_unknown"),
        ("cases?kind=nonsense", 422, "kind_unknown"),
        ("cases/TS-1", 404, "address_unknown"),
        ("cases/%00", 404, "address_unknown"),
        ("measures", 403, "grant_missing"),
        ("complaints/TS-1", 404, "address_unknown"),
        ("complaints/%00", 404, "address_unknown"),
        ("audit/facts", 403, "grant_missing"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_code(reader, address, status, code):
    answer = reader.get(f"/api/v1/{address}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code


def test_a_token_can_do_what_it_was_given_and_nothing_else_its_user_may(bank):
    lead = bank.person("lead")
    taker, reading = program(lead, bank.head, "complaints.register"), program(lead, bank.head, *READ)
    assert taker.get("/api/v1/complaints").status_code == 403
    assert reading.get("/api/v1/complaints").status_code == 200
    body = {"words": "柜台多收了两百元。", "name": "王小敏", "source": "hotline"}
    posts = [
        each.post(
            "/api/v1/complaints",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": "key-0001"},
        )
        for each in (taker, reading)
    ]
    assert [each.status_code for each in posts] == [201, 403]


def test_a_token_gives_nothing_that_its_user_does_not_have(bank):
    assert (
        program(bank.person("officer"), bank.head, "audit.view").get("/api/v1/audit/facts").status_code == 403
    )


def test_a_scope_that_is_no_grant_is_refused_when_the_token_is_made(bank):
    with pytest.raises(LookupError):
        make_token(bank.handler, bank.head, name="x", scopes=("complaints.everything",))
    assert not Fact.objects.filter(kind="api.token_made").exists()


def test_what_a_token_was_given_stands_in_its_fact(bank):
    make_token(bank.handler, bank.head, name="x", scopes=("complaints.view", "complaints.register"))
    (fact,) = Fact.objects.filter(kind="api.token_made")
    assert fact.data["scopes"] == ["complaints.register", "complaints.view"]


def test_facts_come_in_their_order_until_there_are_no_more_and_each_is_what_was_sealed(bank):
    a_complaint(bank)
    while sequence_once():
        pass
    auditor = program(bank.person("auditor"), bank.head, "audit.view")
    found, after = [], 0
    while True:
        answer = auditor.get(f"/api/v1/audit/facts?after={after}&limit=7").json()
        if answer["next"] == after:
            break
        found += answer["items"]
        after = answer["next"]
    assert [each["seq"] for each in found] == list(
        range(1, Fact.objects.filter(position__isnull=False).count() + 1)
    )
    sealed = Fact.objects.filter(position__isnull=False).order_by("position__seq")
    assert [(each["id"], each["digest"]) for each in found] == [(str(f.pk), f.digest) for f in sealed]


def test_the_schema_names_every_address_and_every_answer(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/complaints", "/api/v1/complaints/{number}", "/api/v1/audit/facts"} <= schema[
        "paths"
    ].keys()
    for path in schema["paths"].values():
        for method in path.values():
            assert {"401", "403"} <= method["responses"].keys()


def test_a_misspelt_filter_is_refused_by_name(reader):
    for address in ("complaints", "cases"):
        answer = reader.get(f"/api/v1/{address}?opened_form=2026-11-21T09:00:00Z")
        assert (answer.status_code, answer.json()["code"]) == (422, "parameter_unknown")
        assert "opened_form" in answer.json()["title"]
