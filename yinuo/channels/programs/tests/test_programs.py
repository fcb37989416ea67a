"""Tokens are given and taken away on a page: the secret is told once, and nothing opens with it afterwards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.channels.api.auth import hash_of
from yinuo.channels.api.models import Token
from yinuo.channels.api.tests.conftest import _own_home, bank
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def admin(bank):
    return browser(bank.person("secadmin"))


def said(bank, **changes) -> dict:
    lead = bank.person("lead")
    return {
        "name": "call centre", "username": lead.username, "unit": str(bank.head.pk), "scopes": ["complaints.view"],
        "days": "30",
    } | changes  # fmt: skip


def given(admin, bank, **changes) -> str:
    page = admin.post("/programs/new", said(bank, **changes)).content.decode()
    return re.search(r"<code>(yinuo_[\w-]{43})</code>", page)[1]


def reads(secret) -> int:
    return Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/complaints").status_code


def test_a_token_is_told_once_opens_what_it_was_given_and_is_kept_as_a_hash_alone(admin, bank):
    secret = given(admin, bank)
    assert reads(secret) == 200
    token = Token.objects.get()
    assert token.secret_hash == hash_of(secret)
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert secret not in admin.get("/programs").content.decode()
    (fact,) = Fact.objects.filter(kind="api.token_made")
    assert (fact.by_id, fact.data["scopes"]) == (bank.person("secadmin").pk, ["complaints.view"])


def test_a_token_that_was_taken_away_opens_nothing_and_is_taken_away_once(admin, bank):
    secret, token = given(admin, bank), Token.objects.get()
    for _again in range(2):
        assert admin.post(f"/programs/{token.pk}/revoke").status_code == 302
    assert reads(secret) == 401
    assert Fact.objects.filter(kind="api.token_revoked").count() == 1
    page = admin.get("/programs?view=past").content.decode()
    assert "taken away" in page
    assert admin.post(f"/programs/{new_id()}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"username": "nobody-of-this-name"}, "There is no active account of this name."),
        ({"scopes": []}, "Please fill this in."),
        ({"scopes": ["complaints.redress"]}, "is not one of the available choices"),
        ({"unit": str(new_id())}, "not one of the available choices"),
        ({"days": "9999"}, "is not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_given(admin, bank, changes, words):
    answer = admin.post("/programs/new", said(bank, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Token.objects.exists()


def test_an_auditor_sees_tokens_and_gives_none(admin, bank):
    given(admin, bank)
    auditor = browser(bank.person("auditor"))
    page = auditor.get("/programs").content.decode()
    assert "call centre" in page
    assert "Take away" not in page
    assert auditor.get("/programs/new").status_code == 403
    assert auditor.post(f"/programs/{Token.objects.get().pk}/revoke").status_code == 403


def test_the_page_with_a_secret_is_kept_by_no_browser(admin, bank):
    assert "no-store" in admin.post("/programs/new", said(bank))["Cache-Control"]
