"""Postings are given and ended after what follows was shown; power over others' access is decided by two."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yinuo.facts.models import Fact
from yinuo.ground.access.appointments import Appointment, give
from yinuo.ground.people.models import Posting, StaffProposal
from yinuo.ground.people.offices import PostingRefused
from yinuo.ground.people.postings import appoint
from yinuo.packs.organisation.tests.bank import (
    a_case,
    a_person,
    a_role,
    a_unit,
    browser,
    read,
    someone,
    today,
)

pytestmark = pytest.mark.django_db


def roles_of(person):
    return sorted(Posting.objects.filter(user=person).values_list("role", flat=True))


def facts(*kinds):
    return list(Fact.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True))


def end(client, posting, on, *, do=True):
    return client.post(
        f"/organisation/postings/{posting.pk}/end", {"on": on.isoformat()} | ({"do": "yes"} if do else {})
    )


def decide(client, verb, **more):
    proposal = StaffProposal.objects.latest("at")
    return client.post(f"/organisation/proposals/{proposal.pk}/{verb}", more)


def test_before_a_posting_is_given_it_is_shown_what_it_lets_somebody_do(head, admin):
    north = a_unit("NORTH", head)
    li = a_person("Li")
    shown = a_role(admin, li, "handler", head, do=False).content.decode()
    assert "In 2 units:" in shown
    assert "Give the posting" in shown
    assert roles_of(li) == []
    assert a_role(admin, li, "handler", north).status_code == 302
    assert roles_of(li) == ["handler"]
    assert Fact.objects.filter(kind="people.appointed").latest("id").data["user"] == str(li.pk)


def test_a_refusal_of_the_gate_stands_at_its_field_and_nothing_is_given(head, admin):
    li = someone("handler", head, "Li")
    yesterday = (today() - timedelta(days=1)).isoformat()
    for said, words in (
        ({}, "already holds this role"),
        ({"valid_from": yesterday}, "begins today or later"),
        ({"role": "lead", "deputy_for": li.username}, "Nobody is their own deputy"),
        ({"role": "lead", "valid_to": today().isoformat()}, "ends before it begins"),
    ):
        said = {"role": "handler"} | said
        answer = a_role(admin, li, said.pop("role"), head, **said)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert roles_of(li) == ["handler"]


def test_nobody_gives_themselves_a_posting(head):
    me = someone("sysadmin", head)
    answer = a_role(browser(me), me, "president", head)
    assert answer.status_code == 422
    assert "Nobody gives themselves" in answer.content.decode()
    assert roles_of(me) == ["sysadmin"]


def test_nobody_is_posted_where_they_do_not_reach(head):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    client, li = browser(someone("sysadmin", north)), a_person("Li")
    assert a_role(client, li, "handler", south).status_code == 422
    assert roles_of(li) == []
    theirs = someone("handler", south)
    assert end(client, theirs.postings.get(), today()).status_code == 404


def test_an_office_over_accounts_is_proposed_and_given_by_somebody_else(head, admin):
    li = a_person("Li")
    assert "somebody else decides" in a_role(admin, li, "secadmin", head, do=False).content.decode()
    a_role(admin, li, "secadmin", head)
    assert roles_of(li) == []
    decide(admin, "accept")
    assert roles_of(li) == []
    other = browser(someone("sysadmin", head))
    assert li.name in read(other, "/organisation/proposals")
    decide(other, "accept")
    assert roles_of(li) == ["secadmin"]
    assert facts("people.posting_proposed", "people.proposal_decided") == [
        "people.posting_proposed",
        "people.proposal_decided",
    ]


def test_whom_a_proposal_concerns_does_not_decide_about_it(head, admin):
    li = someone("sysadmin", head, "Li")
    north = a_unit("NORTH", head)
    a_role(admin, li, "sysadmin", north)
    decide(browser(li), "accept")
    decide(browser(li), "refuse", reason="not_needed")
    assert StaffProposal.objects.get().outcome == "waiting"


def test_a_proposal_is_refused_for_a_reason_or_taken_back_by_who_made_it(head, admin):
    li, other = a_person("Li"), browser(someone("sysadmin", head))
    a_role(admin, li, "auditor", head)
    decide(other, "withdraw")
    decide(other, "refuse")
    assert StaffProposal.objects.get().outcome == "waiting"
    decide(other, "refuse", reason="wrong_person")
    a_role(admin, li, "auditor", head)
    decide(admin, "withdraw")
    assert list(StaffProposal.objects.order_by("at").values_list("outcome", flat=True)) == [
        "refused",
        "withdrawn",
    ]
    decide(other, "accept")
    assert roles_of(li) == []


def test_the_same_is_proposed_once(head, admin):
    li = a_person("Li")
    a_role(admin, li, "auditor", head)
    assert a_role(admin, li, "auditor", head).status_code == 422
    assert StaffProposal.objects.count() == 1


def test_before_a_posting_ends_open_cases_and_falling_deputies_are_shown(head, admin):
    li, colleague, deputy = someone("handler", head, "Li"), someone("handler", head, "Wang"), a_person("Zhao")
    until = today() + timedelta(days=9)
    appoint(deputy, "handler", head, valid_from=today(), valid_to=until, deputy_for=li)
    case, posting, on = a_case(head, li), li.postings.get(), today() + timedelta(days=2)
    shown = end(admin, posting, on, do=False).content.decode()
    for words in (case.number, colleague.name, deputy.name):
        assert words in shown
    assert li.postings.get().valid_to is None
    end(admin, posting, on)
    assert li.postings.get().valid_to == on
    assert deputy.postings.get().valid_to == on


def test_the_last_holder_of_a_separate_office_keeps_it_until_a_successor_has_it(head, admin):
    only = someone("auditor", head, "Only")
    answer = end(admin, only.postings.get(), today())
    assert answer.status_code == 422
    assert "successor" in answer.content.decode()
    someone("auditor", head, "Next")
    assert end(admin, only.postings.get(), today()).status_code == 302
    assert only.postings.get().valid_to == today()


def test_whoever_only_reads_gives_nothing(head):
    li = a_person("Li")
    assert a_role(browser(someone("auditor", head)), li, "handler", head).status_code == 403
    assert roles_of(li) == []


def test_the_gate_itself_gives_no_role_over_accounts_at_once(head):
    admin, li = someone("sysadmin", head), a_person("Li")
    with pytest.raises(PostingRefused) as refused:
        give(Appointment(li, "secadmin", head, today()), by=admin)
    assert refused.value.code == "two"
    assert roles_of(li) == []
