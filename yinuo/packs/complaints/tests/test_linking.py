"""Complaints that belong together and stay two; what looks alike; what nobody learns who may not see the other one."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import reach_of
from yinuo.ground.vault.hand import keys_at_hand
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.tests.bank import CHINA, MONDAY, a_complaint, accepted, data, graded
from yinuo.packs.complaints.tests.ends import desk, refused
from yinuo.packs.complaints.tests.pairs import DAY, HOUR, LIKE, ONE, OTHER, a_customer, linked, merged, twice
from yinuo.packs.complaints.ties import likely, ties_of

NOW = datetime.now(CHINA)


# ---- links -------------------------------------------------------------------------------------------------


def test_a_link_is_a_fact_of_both_and_changes_nothing_else(bank):
    one, other = linked(bank)
    assert ties_of(one) == [(other.pk, "link:same-event", True)]
    assert ties_of(other) == [(one.pk, "link:same-event", False)]
    for each, far in ((one, other), (other, one)):
        assert data(each, "complaints.linked") == [{"other": str(far.pk), "why": "same-event"}]
        assert each.is_open


def test_either_handler_takes_it_back(bank):
    for whose in (0, 1):
        pair = linked(bank)
        actions.unlink(pair[whose].pk, other=pair[1 - whose].pk, by=bank.handler)
        assert ties_of(pair[0]) == ties_of(pair[1]) == []
    refused(pair[0], lambda: actions.unlink(pair[0].pk, other=pair[1].pk, by=bank.handler))


def test_a_link_has_a_reason_of_the_list_leads_to_another_one_and_is_made_once(bank):
    one, other = linked(bank)
    third = a_complaint(bank)
    refused(one, lambda: actions.link(one.pk, other=third.pk, why="because", by=bank.handler))
    refused(one, lambda: actions.link(one.pk, other=one.pk, why="other", by=bank.handler))
    refused(other, lambda: actions.link(other.pk, other=one.pk, why="other", by=bank.handler))


def test_the_page_links_and_takes_back(bank):
    one, other = accepted(bank, at=NOW - 3 * HOUR), accepted(bank, at=NOW - 2 * HOUR)
    client, url = desk(bank.handler), f"/complaints/{one.number}"
    assert client.post(f"{url}/link", {"number": other.number}).status_code == 422
    assert client.post(f"{url}/link", {"number": other.number, "why": "group"}).status_code == 302
    for each in (one, other):
        page = client.get(f"/complaints/{each.number}").content.decode()
        assert "a group complains" in page
        assert f'action="/complaints/{each.number}/unlink"' in page
    assert client.post(f"/complaints/{other.number}/unlink", {"number": one.number}).status_code == 302
    page = client.get(url).content.decode()
    assert "/unlink" not in page
    assert f"took the link with {other.number} back" in page


def test_for_whoever_stands_aside_from_the_other_one_there_is_no_link(bank):
    one, other = linked(bank)
    lead = bank.person("lead", bank.centre)
    actions.declare_conflict(other.pk, ground="relative", said="是我的亲属", by=lead, at=MONDAY + DAY)
    client, url = desk(lead), f"/complaints/{one.number}"
    page = client.get(url).content.decode()
    assert other.number not in page
    assert "/unlink" not in page
    assert "linked it with" not in page
    assert client.post(f"{url}/unlink", {"number": other.number}).status_code == 422
    assert client.post(f"{url}/link", {"number": other.number, "why": "other"}).status_code == 422
    assert other.number in desk(bank.handler).get(url).content.decode()


def test_nobody_learns_of_a_link_into_a_unit_out_of_reach(bank):
    here, there = a_complaint(bank, unit=bank.north), a_complaint(bank, unit=bank.south)
    actions.link(here.pk, other=there.pk, why="same-event", by=bank.person("lead"), at=MONDAY + HOUR)
    page = desk(bank.person("branch_head", bank.north)).get(f"/complaints/{here.number}").content.decode()
    assert there.number not in page
    assert "linked it with" not in page


# ---- what looks alike --------------------------------------------------------------------------------------


def found(case, person, tied=()):
    fresh = Case.objects.select_related("complaint").get(pk=case.pk)
    return [(other.pk, float(alike)) for other, alike in likely(fresh, reach_of(person), tied)]


def test_the_same_customer_s_similar_words_are_found_the_most_alike_first(bank):
    who = a_customer()
    first = a_complaint(bank, words=ONE, **who)
    again = a_complaint(bank, words=ONE, at=MONDAY + DAY, **who)
    later = a_complaint(bank, words=LIKE, at=MONDAY + 2 * DAY, **who)
    a_complaint(bank, words=OTHER, at=MONDAY + DAY, **who)
    a_complaint(bank, words=ONE)  # somebody else's
    assert [pk for pk, _alike in found(later, bank.handler)] == [again.pk, first.pk]
    [(same, alike), (like, less)] = found(first, bank.handler)
    assert (same, alike, like) == (again.pk, 1.0, later.pk)
    assert 0.3 <= less < 1


def test_the_same_business_is_enough_of_one_customer_and_ninety_days_is_the_end_of_it(bank):
    who = a_customer()
    first, other = graded(bank, words=ONE, **who), graded(bank, words=OTHER, at=MONDAY + DAY, **who)
    assert [pk for pk, _alike in found(other, bank.handler)] == [first.pk]
    Complaint.objects.filter(pk=first.pk).update(business="B-01")
    assert found(other, bank.handler) == []
    long_ago = a_complaint(bank, words=OTHER, at=MONDAY - 90 * DAY, **who)
    assert found(other, bank.handler) == []
    Case.objects.filter(pk=long_ago.pk).update(opened_at=MONDAY - 89 * DAY)
    assert [pk for pk, _alike in found(other, bank.handler)] == [long_ago.pk]


def test_of_a_customer_nobody_knows_only_the_identical_row_of_a_file_is_found(bank):
    one, other = a_complaint(bank, words=ONE), a_complaint(bank, words=ONE, at=MONDAY + DAY)
    Case.objects.update(customer=None)
    assert found(other, bank.handler) == []
    Complaint.objects.filter(pk=other.pk).update(identical_to=one)
    assert found(other, bank.handler) == [(one.pk, 1.0)]


def test_it_is_one_query(bank):
    who = a_customer()
    later = a_complaint(bank, words=LIKE, at=MONDAY + DAY, **who)
    case = Case.objects.select_related("complaint", "customer__key").get(pk=later.pk)
    for _each in range(5):
        a_complaint(bank, words=ONE, **who)
    reach = reach_of(bank.handler)
    reach.units("complaints.view"), reach.stands_for()
    with keys_at_hand(), CaptureQueriesContext(connection) as asked:
        at_hand([case])
        assert len(likely(case, reach, ())) == 3
    assert len(asked) == 1


def test_what_the_reader_stands_aside_from_is_not_proposed(bank):
    first, later = twice(bank)
    lead = bank.person("lead", bank.centre)
    assert [pk for pk, _alike in found(later, lead)] == [first.pk]
    actions.declare_conflict(first.pk, ground="relative", said="是我的亲属", by=lead, at=MONDAY + DAY)
    assert found(later, lead) == []


def test_what_was_told_apart_linked_or_merged_is_not_proposed(bank):
    client = desk(bank.handler)
    who = a_customer()
    first = accepted(bank, at=NOW - 3 * HOUR, words=ONE, **who)
    later = accepted(bank, at=NOW - 2 * HOUR, words=LIKE, **who)
    url = f"/complaints/{later.number}"
    page = client.get(url).content.decode()
    assert f'formaction="{url}/merge"' in page
    assert (
        f'formaction="/complaints/{first.number}/merge"'
        not in client.get(f"/complaints/{first.number}").content.decode()
    )
    assert client.post(f"{url}/tell-apart", {"number": first.number}).status_code == 302
    for each in (first, later):
        assert "% alike" not in client.get(f"/complaints/{each.number}").content.decode()
    third = accepted(bank, at=NOW - HOUR, words=LIKE, **who)
    assert client.get(f"/complaints/{third.number}").content.decode().count("% alike") == 2
    actions.merge(third.pk, other=first.pk, by=bank.handler)
    assert "% alike" not in client.get(url).content.decode()  # it went into the first


def test_two_are_told_apart_once_and_not_when_they_belong_together(bank):
    first, later = twice(bank)
    actions.tell_apart(later.pk, other=first.pk, by=bank.handler)
    refused(first, lambda: actions.tell_apart(first.pk, other=later.pk, by=bank.handler))
    one, other = merged(bank)
    refused(other, lambda: actions.tell_apart(other.pk, other=one.pk, by=bank.handler))


def test_told_apart_by_mistake_they_can_still_be_merged(bank):
    first, later = twice(bank)
    actions.tell_apart(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 2 * DAY)
    actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 3 * DAY)
    assert ties_of(later) == [(first.pk, "merged", True)]


pytestmark = pytest.mark.django_db
