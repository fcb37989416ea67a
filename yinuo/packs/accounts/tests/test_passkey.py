"""Passkeys on the pages: added by name, signing in alone and behind a password, refused in words, taken away."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from yinuo.ground.factors.models import Passkey
from yinuo.ground.factors.tests.device import ORIGIN, Device
from yinuo.ground.people.models import User
from yinuo.packs.accounts.tests.test_accounts import (
    browser,
    is_in,
    li,
    officer,
    the_confirmation_is_old,
    unit,
)

__all__ = ["li", "officer", "unit"]
pytestmark = pytest.mark.django_db
NEW = "/accounts/mine/passkeys/new"


@pytest.fixture(autouse=True)
def _at_the_bank(settings):
    settings.PUBLIC_URL = f"{ORIGIN}/"


def options(page: str) -> str:
    return html.unescape(re.search(r'data-options="([^"]+)"', page)[1])


def added(client, device=None, name="my phone"):
    """The device, and the answer to the form."""
    device = device or Device()
    made = device.make(options(client.get(NEW).content.decode()))
    return device, client.post(NEW, {"name": name, "answer": made})


def stranger() -> Client:
    client = Client()
    client.cookies["yinuo_language"] = "en"
    return client


def shows(client, device, **said):
    """What the page's script does: asks what to show, lets the device answer, sends the form."""
    asked = client.post("/sign-in/passkey/ask", said)
    assert asked["Content-Type"] == "application/json"
    return client.post("/sign-in/passkey", said | {"answer": device.show(asked.content.decode())})


def test_a_passkey_is_added_and_signs_in_without_a_password(li):
    here, there = browser(li), browser(li)
    device, answer = added(here)
    assert len(re.findall(r"<li><code>[\w-]+</code>", answer.content.decode())) == 10
    assert (is_in(here), is_in(there)) == (True, False)
    assert "my phone" in here.get("/accounts/mine").content.decode()
    there = stranger()
    answer = shows(there, device, step="first", next="/accounts/mine")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/mine")
    assert is_in(there)


def test_behind_a_password_only_ones_own_passkey_opens(li, officer):
    device, _answer = added(browser(li))
    other, _answer = added(browser(officer))
    there = browser(li)
    assert "Show a passkey" in there.get("/sign-in/second").content.decode()
    answer = shows(there, other, step="second")
    assert answer.status_code == 422
    assert "not one of yours" in answer.content.decode()
    assert not is_in(there)
    assert shows(there, device, step="second").status_code == 302
    assert is_in(there)


def test_what_opens_nothing_says_so_and_leads_nowhere_else(li):
    device, _answer = added(browser(li))
    Passkey.objects.all().delete()
    there = stranger()
    answer = shows(there, device, step="first", next="https://elsewhere.example/")
    assert answer.status_code == 422
    assert "This passkey opens nothing here" in answer.content.decode()
    assert not is_in(there)
    assert there.post("/sign-in/passkey", {"step": "first", "answer": "{}"}).status_code == 422
    assert there.post("/sign-in/passkey", {"step": "second", "answer": ""}).status_code == 422


def test_nobody_is_led_out_of_the_bank_after_signing_in(li):
    device, _answer = added(browser(li))
    assert shows(stranger(), device, step="first", next="https://elsewhere.example/")["Location"] == "/"


def test_it_is_added_and_taken_away_only_by_whoever_said_again_who_they_are(li):
    here = browser(li)
    added(here)
    [passkey] = Passkey.objects.all()
    the_confirmation_is_old()
    assert "/mine/confirm" in here.get(NEW)["Location"]
    assert "/mine/confirm" in here.post(f"/accounts/mine/passkeys/{passkey.pk}/remove")["Location"]
    assert Passkey.objects.exists()


def test_with_the_last_one_the_second_factor_goes_and_those_of_others_are_not_there(li, officer):
    here = browser(li)
    added(here)
    added(browser(officer))
    [mine] = Passkey.objects.filter(user=li)
    [other] = Passkey.objects.filter(user=officer)
    assert here.post(f"/accounts/mine/passkeys/{other.pk}/remove").status_code == 404
    assert here.post(f"/accounts/mine/passkeys/{mine.pk}/remove").status_code == 302
    assert list(Passkey.objects.all()) == [other]
    assert not User.objects.get(pk=li.pk).second_factor


def test_whoever_has_a_passkey_can_add_an_app_too(li):
    here = browser(li)
    added(here)
    assert "<svg" in here.get("/accounts/mine/factor").content.decode()


def test_an_answer_that_is_none_says_so_and_keeps_nothing(li):
    here = browser(li)
    here.get(NEW)
    answer = here.post(NEW, {"name": "x", "answer": "nonsense"})
    assert answer.status_code == 422
    assert "made no passkey that can be kept" in answer.content.decode()
    assert not Passkey.objects.exists()
