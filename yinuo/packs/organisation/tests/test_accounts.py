"""Somebody new gets one password once; who leaves can do nothing from that day on; coming back takes two."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.access.accounts import close_due
from yinuo.ground.access.appointments import Appointment, check
from yinuo.ground.people.models import Posting, StaffProposal, StaffSession, User
from yinuo.ground.people.offices import PostingRefused
from yinuo.packs.organisation.tests.bank import a_case, a_person, a_unit, browser, read, someone, today

pytestmark = pytest.mark.django_db
NEW = {"name": "Sun", "staff_number": "S900", "username": "Sun.Li", "language": "en"}


def close(client, person, on, *, do=True):
    said = {"on": on.isoformat()} | ({"do": "yes"} if do else {})
    return client.post(f"/organisation/people/{person.pk}/close", said)


def is_in(client):
    return client.get("/accounts/mine").status_code == 200


def test_somebody_new_gets_an_initial_password_that_opens_one_door(head, admin):
    page = admin.post("/organisation/people/new", NEW).content.decode()
    initial = re.search(r"<code>([\w-]+)</code>", page)[1]
    person = User.objects.get(username="sun.li")
    assert person.must_change_password
    client = Client()
    client.post("/sign-in", {"username": "sun.li", "password": initial})
    assert client.get("/complaints").headers["Location"].startswith("/accounts/mine/password")
    assert initial not in read(admin, f"/organisation/people/{person.pk}")
    assert Fact.objects.get(kind="people.person_made").data == {"user": str(person.pk)}


def test_a_user_name_and_a_staff_number_are_given_once(head, admin):
    admin.post("/organisation/people/new", NEW)
    answer = admin.post("/organisation/people/new", NEW)
    assert answer.status_code == 422
    assert answer.content.decode().count("has this already") >= 2
    assert User.objects.filter(staff_number="S900").count() == 1


def test_before_an_account_is_closed_postings_and_open_cases_are_shown(head, admin):
    li, colleague = someone("handler", head, "Li"), someone("handler", head, "Wang")
    case = a_case(head, li)
    shown = close(admin, li, today(), do=False).content.decode()
    for words in ("complaint handler · HQ unit", case.number, colleague.name):
        assert words in shown
    li.refresh_from_db()
    assert (li.is_active, li.closes_on) == (True, None)


def test_whoever_leaves_today_is_out_at_once(head, admin):
    li = someone("handler", head, "Li")
    theirs = browser(li)
    assert is_in(theirs)
    assert close(admin, li, today()).status_code == 302
    assert not is_in(theirs)
    li.refresh_from_db()
    assert not li.is_active
    assert not li.has_usable_password()
    assert not StaffSession.objects.filter(person=li).exists()
    assert not Posting.objects.filter(Posting.on(today()), user=li).exists()
    assert Fact.objects.get(kind="people.account_closed").data["user"] == str(li.pk)


def test_whoever_leaves_later_stays_until_then_and_is_locked_out_when_the_day_comes(head, admin):
    li, on = someone("handler", head, "Li"), today() + timedelta(days=3)
    theirs = browser(li)
    close(admin, li, on)
    assert is_in(theirs)
    assert close_due(timezone.now()) == 0
    assert close_due(timezone.now() + timedelta(days=3)) == 1
    assert close_due(timezone.now() + timedelta(days=3)) == 0
    assert not is_in(theirs)
    assert li.postings.get().valid_to == on


def test_nobody_who_leaves_is_posted_beyond_their_last_day(head, admin):
    li, on = someone("handler", head, "Li"), today() + timedelta(days=3)
    close(admin, li, on)
    li.refresh_from_db()
    with pytest.raises(PostingRefused) as refused:
        check(Appointment(li, "lead", head, on), by=a_person())
    assert refused.value.code == "closed_account"


def test_the_last_holder_of_a_separate_office_leaves_only_after_a_successor_came(head, admin):
    only = someone("auditor", head, "Only")
    answer = close(admin, only, today())
    assert answer.status_code == 422
    assert "successor" in answer.content.decode()
    only.refresh_from_db()
    assert only.closes_on is None
    someone("auditor", head, "Next")
    assert close(admin, only, today()).status_code == 302


def test_nobody_closes_their_own_account(head):
    someone("sysadmin", head)
    me = someone("sysadmin", head)
    assert close(browser(me), me, today()).status_code == 422
    me.refresh_from_db()
    assert me.is_active


def test_an_account_is_opened_again_by_two(head, admin):
    li, other = someone("handler", head, "Li"), browser(someone("sysadmin", head))
    close(admin, li, today())
    admin.post(f"/organisation/people/{li.pk}/reopen")
    accept = f"/organisation/proposals/{StaffProposal.objects.get().pk}/accept"
    admin.post(accept)
    li.refresh_from_db()
    assert not li.is_active
    other.post(accept)
    li.refresh_from_db()
    assert (li.is_active, li.closes_on) == (True, None)
    assert not li.has_usable_password()
    assert not Posting.objects.filter(Posting.on(today()), user=li).exists()
    assert Fact.objects.filter(kind="people.account_reopened").count() == 1


def test_whoever_keeps_a_part_of_the_bank_closes_nobody_who_is_posted_elsewhere_too(head):
    north = a_unit("NORTH", head)
    li = someone("handler", north, "Li")
    Posting.objects.create(user=li, role="lead", unit=head, valid_from=today())
    answer = close(browser(someone("sysadmin", north)), li, today())
    assert answer.status_code == 403
    li.refresh_from_db()
    assert li.is_active


def test_nor_does_such_a_one_decide_that_an_account_is_opened_again(head, admin):
    north = a_unit("NORTH", head)
    li = someone("handler", north, "Li")
    Posting.objects.create(user=li, role="lead", unit=head, valid_from=today() - timedelta(days=9))
    close(admin, li, today())
    admin.post(f"/organisation/people/{li.pk}/reopen")
    part = browser(someone("sysadmin", north))
    assert part.post(f"/organisation/proposals/{StaffProposal.objects.get().pk}/accept").status_code == 403
    li.refresh_from_db()
    assert not li.is_active
