"""People see where they are signed in and end it; the security administrator does for others; steps up ask again."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.editions.tests.first import first_editions
from yinuo.facts.models import Fact
from yinuo.ground.people.models import StaffSession, Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "three grey herons wade", "seven brown otters swim"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def unit():
    first_editions()
    since = timezone.localdate() - timedelta(days=30)
    unit = Unit.objects.create(code="HQ", kind="head_office", name_zh_hans="总行", opened_on=since)
    place_unit(unit, None, since)
    return unit


@pytest.fixture
def li(unit):
    return someone(unit, "handler")


@pytest.fixture
def officer(unit):
    return someone(unit, "secadmin")


def someone(unit, role):
    person = User.objects.create_user(f"a-{role}", PASSWORD, staff_number=f"S-{role}", name=f"Name {role}")
    appoint(person, role, unit, valid_from=unit.opened_on)
    return person


def browser(person, password=PASSWORD):
    client = Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="10.9.8.7")
    client.cookies["yinuo_language"] = "en"
    client.post("/sign-in", {"username": person.username, "password": password})
    return client


def is_in(client):
    return client.get("/accounts/mine").status_code == 200


def changed(client, present, new, again=None):
    form = {"password": present, "new": new, "again": again or new}
    return client.post("/accounts/mine/password", form)


def the_confirmation_is_old():
    """As if everybody's password had been given ten minutes ago."""
    for row in StaffSession.objects.all():
        data = row.get_decoded()
        data["_confirmed"] = (timezone.now() - timedelta(minutes=10)).isoformat()
        StaffSession.objects.filter(pk=row.pk).update(
            session_data=row.get_session_store_class()().encode(data)
        )


def test_everybody_sees_where_they_are_signed_in(li, officer):
    here, _there = browser(li), browser(li)
    browser(officer)
    page = here.get("/accounts/mine").content.decode()
    assert page.count("Firefox · Linux") == 3  # two rows, and the name of the button that ends one
    assert page.count("10.9.8.7") == 2
    assert "Sign out everywhere else" in page


def test_one_session_is_ended_from_another(li):
    here, there = browser(li), browser(li)
    address = re.search(r'/accounts/mine/sessions/\w+/end(?=")', here.get("/accounts/mine").content.decode())[
        0
    ]
    assert here.post(address).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


def test_all_other_sessions_are_ended(li):
    here, there, elsewhere = browser(li), browser(li), browser(li)
    assert here.post("/accounts/mine/sessions/end-others").status_code == 302
    assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(li, officer):
    mine, theirs = browser(li), browser(officer)
    key = StaffSession.objects.get(person=officer).session_key
    assert mine.post(f"/accounts/mine/sessions/{key}/end").status_code == 404
    assert is_in(theirs)


def test_a_password_is_changed_with_the_present_one_and_the_session_gets_another_id(li):
    here, there = browser(li), browser(li)
    before = here.cookies["sessionid"].value
    assert changed(here, PASSWORD, OTHER).status_code == 302
    assert here.cookies["sessionid"].value != before
    assert (is_in(here), is_in(there)) == (True, False)
    assert is_in(browser(li, OTHER))
    assert not is_in(browser(li))


@pytest.mark.parametrize(
    ("present", "new", "again", "said"),
    [
        ("wrong", OTHER, OTHER, "The password is wrong"),
        (PASSWORD, "short", "short", "At least 12 characters"),
        (PASSWORD, OTHER, OTHER + "!", "The two new passwords differ"),
        (PASSWORD, PASSWORD, PASSWORD, "You had this password before"),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(li, present, new, again, said):
    here, there = browser(li), browser(li)
    answer = changed(here, present, new, again)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert is_in(there)
    assert not Fact.objects.filter(kind="people.password_changed").exists()


def test_guesses_at_the_present_password_count_like_guesses_at_the_door(li):
    here = browser(li)
    for _turn in range(5):
        assert changed(here, "wrong", OTHER).status_code == 422
    assert changed(here, PASSWORD, OTHER).status_code == 422
    assert not is_in(browser(li))


def test_the_security_administrator_ends_all_sessions_of_somebody(li, officer):
    theirs, mine = browser(li), browser(officer)
    assert "Firefox" in mine.get(f"/accounts/{li.pk}").content.decode()
    assert mine.post(f"/accounts/{li.pk}/end-sessions").status_code == 302
    assert not is_in(theirs)
    fact = Fact.objects.get(kind="people.sessions_ended")
    assert (fact.by_id, fact.data) == (officer.pk, {"user": str(li.pk), "number": 1, "why": "revoked"})


def test_a_reset_password_opens_nothing_but_the_page_to_choose_another(li, officer):
    theirs, mine = browser(li), browser(officer)
    page = mine.post(f"/accounts/{li.pk}/reset-password").content.decode()
    initial = re.search(r"<code>(\w{4}(?:-\w{4}){3})</code>", page)[1]
    assert not is_in(theirs)
    theirs = browser(li, initial)
    for address in ("/accounts/mine", "/complaints"):
        answer = theirs.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/mine/password")
    part = theirs.get("/complaints", headers={"hx-request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (403, "/accounts/mine/password")
    assert changed(theirs, initial, OTHER).status_code == 302
    assert is_in(theirs)
    assert theirs.get("/complaints").status_code == 200


def test_nobody_resets_their_own_password_without_giving_it(officer):
    mine = browser(officer)
    assert mine.post(f"/accounts/{officer.pk}/reset-password").status_code == 404
    assert not Fact.objects.filter(kind="people.password_reset").exists()


@pytest.mark.parametrize(
    ("address", "page"),
    [("/programs/new", "/programs/new"), ("/accounts/{li}/reset-password", "/accounts/{li}?back=1")],
)
def test_what_can_give_others_access_asks_again_who_one_is(li, officer, address, page):
    mine, address, page = browser(officer), address.format(li=li.pk), page.format(li=li.pk)
    the_confirmation_is_old()
    answer = mine.post(address, headers={"referer": f"http://testserver{page}"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/mine/confirm?next={quote(page)}"
    assert not Fact.objects.filter(kind="people.password_reset").exists()
    wrong = mine.post(answer["Location"], {"password": "wrong", "next": page})
    assert wrong.status_code == 422
    assert mine.post(address)["Location"] == "/accounts/mine/confirm?next=/accounts/mine"
    right = mine.post(answer["Location"], {"password": PASSWORD, "next": page})
    assert (right.status_code, right["Location"]) == (302, page)
    assert mine.get(page).status_code == 200
    assert mine.post(address).status_code in (200, 422)
    assert Fact.objects.filter(kind="people.confirmed", by_id=officer.pk).count() == 1


def test_confirming_leads_to_no_other_house(officer):
    mine = browser(officer)
    answer = mine.post("/accounts/mine/confirm", {"password": PASSWORD, "next": "https://else.example/"})
    assert answer["Location"] == "/accounts/mine"


def test_the_list_shows_who_is_signed_in_and_finds_by_name(li, officer):
    mine = browser(officer)
    page = mine.get("/accounts?view=signed_in").content.decode()
    assert "Name secadmin" in page
    assert "Name handler" not in page
    assert "Name handler" in mine.get("/accounts?q=a-handler").content.decode()
