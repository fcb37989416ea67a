"""A refused call says why in the language the call asks for; its code is the same in every language."""

import json

import pytest
from django.test import Client

from yinuo.channels.api.auth import make_token
from yinuo.channels.api.problems import FIELD
from yinuo.channels.api.tests.test_complaints import ADDRESS, BAD, BODY, send
from yinuo.engines.cases.models import Case

LANGUAGES = {"zh-CN,zh;q=0.9,en;q=0.1": "zh-hans", "en-GB": "en", "zh-TW,zh;q=0.9": "zh-hant"}


@pytest.fixture
def token(bank):
    return make_token(bank.handler, bank.centre, name="call centre")


def in_each_language(call):
    """The problem of one call in Simplified Chinese, English and Traditional Chinese."""
    answers = [call({"Accept-Language": header}) for header in LANGUAGES]
    for answer, language in zip(answers, LANGUAGES.values(), strict=True):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Content-Language"].lower() == language
        assert "Accept-Language" in answer["Vary"]
    return [answer.json() for answer in answers]


def told_apart(problems, status, code):
    """One code, three different titles."""
    assert {(each["status"], each["code"]) for each in problems} == {(status, code)}
    assert len({each["title"] for each in problems}) == 3


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [("not json", 400, "body_unreadable"), (b"\xff\xfe", 400, "body_unreadable"), ("[]", 422, "body_unfit")],
)
def test_a_body_that_is_no_complaint(token, raw, status, code):
    told_apart(in_each_language(lambda headers: send(token, raw, **headers)), status, code)


def test_a_body_too_large(token, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    told_apart(
        in_each_language(lambda headers: send(token, {"words": "长" * 20_000}, **headers)),
        413,
        "body_too_large",
    )


@pytest.mark.parametrize("given", [None, "yinuo_nobody"])
def test_no_token_or_an_unknown_one(token, given):
    told_apart(in_each_language(lambda headers: send(given, **headers)), 401, "token_needed")


@pytest.mark.parametrize("key", [None, "short"])
def test_no_idempotency_key(token, key):
    told_apart(in_each_language(lambda headers: send(token, key=key, **headers)), 400, "key_needed")


def test_a_key_used_with_another_body(token):
    send(token)
    other = {"words": "完全另一件事情。"}
    told_apart(in_each_language(lambda headers: send(token, other, **headers)), 409, "key_reused")
    assert Case.objects.count() == 1


def test_a_grant_that_is_missing(bank):
    auditor = make_token(bank.person("auditor"), bank.centre, name="x")
    told_apart(in_each_language(lambda headers: send(auditor, **headers)), 403, "grant_missing")


def test_a_method_the_address_does_not_know(token):
    problems = in_each_language(lambda headers: Client().delete(ADDRESS, headers=headers))
    told_apart(problems, 405, "method_unknown")
    assert Client().delete(ADDRESS)["Allow"] == "GET, POST"


@pytest.mark.parametrize("field", BAD)
def test_what_is_wrong_with_a_field(token, field):
    for value in BAD[field]:
        problems = in_each_language(lambda headers, value=value: send(token, {field: value}, **headers))
        told_apart(problems, 422, "body_unfit")
        reasons = [[error["reason"] for error in each["errors"]] for each in problems]
        codes = [[(error["field"], error["code"]) for error in each["errors"]] for each in problems]
        assert codes[0] == codes[1] == codes[2]
        for simplified, english, traditional in zip(*reasons, strict=True):
            assert english not in (simplified, traditional), value
            assert english.isascii() or value is None


def test_what_is_wrong_with_a_field_is_always_told_in_particular(token):
    """Nothing the schema of a complaint can find falls back on `does not fit`."""
    found = set()
    for field, values in BAD.items():
        for value in values:
            found |= {error["code"] for error in send(token, {field: value}).json()["errors"]}
    for raw in ("[]", "null", "{}", "", json.dumps(BODY | {"words": None})):
        found |= {error["code"] for error in send(token, raw).json()["errors"]}
    assert found <= {*FIELD, "nul", "address", "code", "day"}


def test_nobody_who_asks_for_no_language_gets_anything_but_simplified_chinese(token):
    assert send(None).json()["title"].startswith("需要有效的令牌")
    assert send(None, **{"Accept-Language": "fr,de;q=0.5"}).json()["title"].startswith("需要有效的令牌")


def test_an_address_no_letter_can_leave_for_is_refused_before_anything_is_written(token):
    for address in ("x@y.z", "a@例子.中国", '"a b"@example.com', "a@[IPv6:2001:db8::zz]"):
        assert send(token, {"email": address}).status_code == 422
    assert not Case.objects.exists()


NOWHERE = (
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/",
    "/api/v1/nothing",
    "/api/v2/complaints",
    "/api/v1/complaints/一/二",
)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_an_unknown_address_is_answered_alike_wherever_it_is_and_whoever_asks(token, method):
    bodies = set()
    for address in NOWHERE:
        for given in ({}, {"Authorization": f"Bearer {token}"}):
            client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
            answer = getattr(client, method)(address, headers=given)
            assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
            bodies.add(answer.content)
    assert [json.loads(body)["code"] for body in bodies] == ["address_unknown"]


def test_an_unknown_address_in_the_language_of_the_call(bank):
    told_apart(
        in_each_language(lambda headers: Client().get("/api/v1/nothing", headers=headers)),
        404,
        "address_unknown",
    )


def test_what_only_begins_like_the_api_is_a_page():
    assert Client().get("/apiary")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("address", "knows"), [("/api/v1/complaints", "GET, POST"), ("/api/v1/openapi.json", "GET, HEAD")]
)
def test_a_method_that_an_address_does_not_know(token, address, knows):
    answer = Client(headers={"accept-language": "en"}).put(address)
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert (answer["Allow"], answer.json()["code"]) == (knows, "method_unknown")
