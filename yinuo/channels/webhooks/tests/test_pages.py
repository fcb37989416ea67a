"""Webhooks are made, looked at and steered on pages: the secret is told once."""

from __future__ import annotations

import re

import pytest

from yinuo.channels.api.models import Webhook
from yinuo.channels.programs.tests.test_programs import browser
from yinuo.channels.webhooks.tests.test_webhooks import _own_home, bank, happens, heard, token, told
from yinuo.facts.models import Fact

__all__ = ["_own_home", "bank", "heard", "token"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(bank):
    return browser(bank.person("secadmin"))


def made(admin, program, heard, **changes):
    return admin.post("/webhooks/new", {"token": str(program.pk), "url": heard.url, "kinds": ""} | changes)


def test_the_secret_is_told_once_and_kept_sealed(bank, admin, token, heard):
    page = made(admin, token, heard).content.decode()
    secret = re.search(r"<code>(whsec_[A-Za-z0-9+/]{43}=)</code>", page)[1]
    webhook = Webhook.objects.get()
    assert secret.encode() not in bytes(webhook.secret)
    for address in ("/webhooks", f"/webhooks/{webhook.pk}"):
        shown = admin.get(address).content.decode()
        assert "warehouse" in shown
        assert secret not in shown
    assert Fact.objects.filter(kind="webhooks.made").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "https://elsewhere.example/"}, "YINUO_WEBHOOK_HOSTS"),
        ({"kinds": "complaints.recieved"}, "There is no kind of fact “complaints.recieved”"),
        ({"token": ""}, "Program"),
    ],
)
def test_what_cannot_be_made_says_why_and_makes_nothing(admin, token, heard, changes, words):
    answer = made(admin, token, heard, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Webhook.objects.exists()


def test_its_page_says_why_nothing_is_taken_and_steers_it(bank, admin, token, heard):
    made(admin, token, heard)
    webhook = Webhook.objects.get()
    heard.status = 500
    happens(bank)
    told()
    page = admin.get(f"/webhooks/{webhook.pk}").content.decode()
    assert "answered with status 500" in page
    for verb, state in (("pause", "paused"), ("go-on", "on"), ("remove", "removed")):
        assert admin.post(f"/webhooks/{webhook.pk}/{verb}").status_code == 302
        webhook.refresh_from_db()
        assert webhook.state == state
    assert admin.post(f"/webhooks/{webhook.pk}/nonsense").status_code == 404
    assert "Remove for good" not in admin.get(f"/webhooks/{webhook.pk}").content.decode()


def test_it_is_played_again_from_a_place_there_is(bank, admin, token, heard):
    made(admin, token, heard)
    webhook = Webhook.objects.get()
    last = happens(bank)
    told()
    assert admin.post(f"/webhooks/{webhook.pk}/replay", {"seq": last + 999}).status_code == 422
    assert admin.post(f"/webhooks/{webhook.pk}/replay", {"seq": 0}).status_code == 302
    webhook.refresh_from_db()
    assert webhook.seq == 0
