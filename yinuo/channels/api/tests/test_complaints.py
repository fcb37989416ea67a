"""A program brings a complaint: once however often it asks, refused with the field that is wrong."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from yinuo.channels.api.auth import hash_of, make_token
from yinuo.channels.api.models import Token
from yinuo.engines.cases.models import Case, Receipt
from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Customer
from yinuo.packs.complaints import queries
from yinuo.packs.complaints.tests.bank import a_stranger

ADDRESS = "/api/v1/complaints"
BODY = {"words": "柜台多收了两百元。", "name": "王小敏", "phone": "13800001402", "source": "hotline"}


@pytest.fixture
def token(bank):
    return make_token(bank.handler, bank.centre, name="call centre")


def send(token, body=None, key="key-0001", **headers):
    raw = body if isinstance(body, str | bytes) else json.dumps(BODY | (body or {}))
    given = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {}) | headers
    return Client(raise_request_exception=False).post(
        ADDRESS,
        raw,
        content_type="application/json",
        headers={k: v for k, v in given.items() if v is not None},
    )


def refused(response, status):
    """The answer is a problem in detail, and nothing was written."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert not Case.objects.exists()
    assert not Customer.objects.exists()
    assert not Receipt.objects.exists()
    return response.json()


def test_a_complaint_is_taken_in_and_its_code_opens_it(token, bank):
    response = send(token)
    assert response.status_code == 201
    said = response.json()
    case = Case.objects.get(number=said["number"])
    assert queries.by_tracking_code(said["code"]) == case
    assert (case.origin, case.handling_unit, case.complaint.source) == ("api", bank.centre, "hotline")
    assert set(said["due"]) == {"accept", "answer", "legal"}
    [fact] = Fact.objects.filter(kind="complaints.received")
    assert fact.by_id == bank.handler.pk


def test_the_same_call_again_gets_the_same_answer_and_does_nothing(token):
    first, again = send(token), send(token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Case.objects.count() == Receipt.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(token):
    send(token)
    other = send(token, {"words": "完全另一件事情。"})
    assert other.status_code == 409
    assert other["Content-Type"] == "application/problem+json"
    assert Case.objects.count() == 1


def test_another_program_may_use_the_same_key(token, bank):
    other = make_token(bank.person("lead", bank.centre), bank.centre, name="branch")
    assert (send(token).status_code, send(other).status_code) == (201, 201)
    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_complaint(token):
    answers = []
    start = threading.Barrier(4)

    def call():
        try:
            start.wait()
            answers.append(send(token))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.content for answer in answers}) == 1
    assert Case.objects.count() == Receipt.objects.count() == 1
    assert Fact.objects.filter(kind="complaints.received").count() == 1


def test_without_a_token_nothing_is_taken(token):
    answer = send(None)
    refused(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("change", ["unknown", "expired", "revoked", "inactive"])
def test_a_token_that_is_not_in_force_is_as_good_as_none(token, bank, change):
    now = timezone.now()
    if change == "unknown":
        token += "x"
    elif change == "inactive":
        bank.handler.is_active = False
        bank.handler.save()
    else:
        when = {"expired": {"expires_at": now - timedelta(seconds=1)}, "revoked": {"revoked_at": now}}
        Token.objects.update(**when[change])
    refused(send(token), 401)


def test_a_person_without_the_grant_is_refused_by_its_name(bank):
    auditor = bank.person("auditor")
    said = refused(send(make_token(auditor, bank.centre, name="x")), 403)
    assert (said["code"], said["verb"]) == ("grant_missing", "complaints.register")
    assert "complaints.register" in said["title"]
    refused(send(make_token(a_stranger(), bank.centre, name="y")), 403)


def test_the_grant_does_not_reach_another_units_complaints(bank):
    northerner = bank.person("handler", bank.north)
    refused(send(make_token(northerner, bank.south, name="x")), 403)


BAD = {
    "words": ["", "   \n  ", "短", "长" * 2001, 5, None, "a nul \x00 in words"],
    "name": ["", "  ", "名" * 61, "a\x00b"],
    "phone": ["not a phone", "1380000140213800001402", "1380\x000001402"],
    "email": [
        "nobody",
        "a b@example.com",
        "a\x00b@example.com",
        "x" * 120 + "@example.com",
        "x@y.z",
        "a@例子.中国",
    ],
    "language": ["de", ""],
    "source": ["no-such-door", "", "x" * 41, "hot\x00line"],
    "requests": [["no-such-request"], "refund", ["refund"] * 21],
    "amount": [0, -5, 10**15, "200.50", 1.5],
    "happened_on": ["yesterday", "2026-13-01"],
}


@pytest.mark.parametrize("field", BAD)
def test_a_field_that_is_wrong_is_named(token, field):
    for value in BAD[field]:
        said = refused(send(token, {field: value}), 422)
        assert any(error["field"].split(".")[-1] == field for error in said["errors"]) or any(
            field in error["field"].split(".") for error in said["errors"]
        ), (value, said)
        assert all(error["reason"] for error in said["errors"])


def test_a_field_that_is_missing_is_named(token):
    said = refused(send(token, json.dumps({"words": BODY["words"]})), 422)
    assert {error["field"].split(".")[-1] for error in said["errors"]} == {"name", "source"}


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("", 422),
        ("not json", 400),
        (b"\xff\xfe\x00", 400),
        ("[" * 5000, 400),
        ("[]", 422),
        ("null", 422),
        ('"text"', 422),
    ],
)
def test_a_body_that_is_no_complaint_is_a_problem_and_no_crash(token, raw, status):
    refused(send(token, raw), status)


def test_half_a_character_is_a_problem_and_no_crash(token):
    raw = (
        json.dumps(BODY)
        .replace("13800001402", "")
        .replace(BODY["name"].encode("unicode_escape").decode(), "\\ud800")
    )
    assert "ud800" in raw
    refused(send(token, raw), 422)


def test_a_huge_body_is_refused(token, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    refused(send(token, {"words": "长" * 20_000}), 413)


@pytest.mark.parametrize("key", [None, "short", "x" * 201])
def test_an_idempotency_key_is_needed(token, key):
    assert "Idempotency-Key" in refused(send(token, key=key), 400)["title"]


def test_problems_say_nothing_of_what_was_sent(token, caplog):
    planted = "1380000PLANTED"
    said = send(token, {"phone": planted, "name": "植入之名" * 20})
    assert planted not in said.content.decode()
    assert "植入之名" not in said.content.decode()
    assert planted not in caplog.text


def test_the_secret_of_a_token_is_told_once_and_not_kept(token):
    [kept] = Token.objects.values()
    assert token not in str(kept)
    assert token.removeprefix("yinuo_") not in str(kept)
    assert kept["secret_hash"] == hash_of(token)
    [fact] = Fact.objects.filter(kind="api.token_made")
    assert token not in fact.body
    assert kept["secret_hash"] not in fact.body
