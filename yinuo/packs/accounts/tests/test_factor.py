"""A second factor on the pages: added with a picture, asked for at sign-in, demanded by offices, taken away by two."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.factors import second, totp
from yinuo.ground.people.models import StaffSession, User
from yinuo.ground.people.postings import appoint
from yinuo.packs.accounts.tests.test_accounts import (
    OTHER,
    PASSWORD,
    browser,
    is_in,
    li,
    officer,
    someone,
    the_confirmation_is_old,
    unit,
)

__all__ = ["li", "officer", "unit"]
pytestmark = pytest.mark.django_db


def code(secret, off=0):
    return totp.code_of(secret, totp.step_at(time.time()) + off)


def added(client, person, off=0):
    """The recovery codes, after adding an app on the page; a step ago with off=-1."""
    page = client.get("/accounts/mine/factor").content.decode()
    assert "<svg" in page
    secret = second.begin(person)
    assert totp.shown(secret) in page
    answer = client.post("/accounts/mine/factor", {"code": code(secret, off)})
    return secret, re.findall(r"<li><code>([\w-]+)</code>", answer.content.decode())


def test_an_app_is_added_and_asked_for_at_the_next_sign_in(li):
    here, there = browser(li), browser(li)
    before = here.cookies["sessionid"].value
    secret, codes = added(here, li, off=-1)
    assert len(codes) == 10
    assert here.cookies["sessionid"].value != before
    assert (is_in(here), is_in(there)) == (True, False)
    there = browser(li)
    assert not is_in(there)
    assert StaffSession.objects.filter(person=li).count() == 1  # the one being here
    pending = there.cookies["sessionid"].value
    answer = there.post("/sign-in/second", {"code": code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert there.cookies["sessionid"].value != pending
    assert is_in(there)


def test_a_wrong_code_says_so_and_signs_nobody_in(li):
    added(browser(li), li)
    there = browser(li)
    answer = there.post("/sign-in/second", {"code": "000 000 000"})
    assert answer.status_code == 422
    assert "The code is wrong or was used" in answer.content.decode()
    assert not is_in(there)


def test_a_recovery_code_signs_in(li):
    _secret, codes = added(browser(li), li)
    there = browser(li)
    assert there.post("/sign-in/second", {"code": codes[3]}).status_code == 302
    assert is_in(there)


def test_without_the_password_there_is_no_second_step(li, client):
    secret, _codes = added(browser(li), li, off=-1)
    answer = client.post("/sign-in/second", {"code": code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in")


def test_a_password_given_long_ago_is_given_again(li):
    secret, _codes = added(browser(li), li, off=-1)
    there = browser(li)
    session = there.session
    given = timezone.now() - timedelta(minutes=6)
    session["_password_given"] = {**session["_password_given"], "at": given.isoformat()}
    session.save()
    assert there.post("/sign-in/second", {"code": code(secret)})["Location"] == "/sign-in"
    assert not is_in(there)


def test_the_password_is_asked_again_before_a_factor_is_added_or_taken_away(li):
    here = browser(li)
    added(here, li)
    the_confirmation_is_old()
    for address in ("/accounts/mine/factor/remove", "/accounts/mine/factor/codes"):
        assert here.post(address)["Location"] == "/accounts/mine/confirm?next=/accounts/mine"
    assert User.objects.get(pk=li.pk).second_factor
    here.post("/accounts/mine/confirm", {"password": PASSWORD})
    assert here.post("/accounts/mine/factor/remove").status_code == 302
    assert not User.objects.get(pk=li.pk).second_factor
    assert is_in(here)


def test_an_office_that_needs_a_second_factor_opens_nothing_before_there_is_one(li, unit, settings):
    settings.SECOND_FACTOR_ROLES = ["handler"]
    here = browser(li)
    for address in ("/complaints", "/accounts/mine"):
        assert here.get(address)["Location"] == "/accounts/mine/factor"
    _secret, codes = added(here, li)
    assert len(codes) == 10
    assert here.get("/complaints").status_code == 200
    other = someone(unit, "officer")
    assert is_in(browser(other))


def test_two_administrators_take_a_lost_factor_away_and_one_does_not(li, officer, unit):
    added(browser(li), li)
    one = browser(officer)
    address = f"/accounts/{li.pk}/reset-factor"
    one.post(address)
    one.post(address)
    assert User.objects.get(pk=li.pk).second_factor
    second_one = User.objects.create_user("b-secadmin", OTHER, staff_number="S-b", name="Name b")
    appoint(second_one, "secadmin", unit, valid_from=unit.opened_on)
    other = browser(second_one, OTHER)
    assert "asked to take the second factor away" in other.get(f"/accounts/{li.pk}").content.decode()
    other.post(address)
    assert not User.objects.get(pk=li.pk).second_factor
    assert is_in(browser(li))
    assert Fact.objects.filter(kind="factors.reset_granted").count() == 1
