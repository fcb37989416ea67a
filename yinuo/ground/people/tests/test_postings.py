from datetime import date

import pytest
from django.db import IntegrityError, transaction

from yinuo.facts.models import Fact
from yinuo.facts.tests.meeting import meet
from yinuo.ground.people.models import Posting
from yinuo.ground.people.postings import PostingRefused, appoint, end_posting
from yinuo.ground.people.tests.bank import DAY, a_bank, a_person, a_unit

pytestmark = pytest.mark.django_db
LATER, LAST = date(2026, 7, 1), date(2026, 8, 1)


@pytest.mark.parametrize("pair", [("sysadmin", "secadmin"), ("secadmin", "auditor"), ("auditor", "sysadmin")])
def test_no_account_combines_two_of_the_three_officers(pair):
    head, city, *_ = a_bank()
    person = a_person()
    appoint(person, pair[0], head, valid_from=DAY)
    with pytest.raises(PostingRefused) as refused:
        appoint(person, pair[1], city, valid_from=LATER)
    assert refused.value.code == "separate_offices"
    with pytest.raises(PostingRefused):
        Posting(user=person, role=pair[1], unit=city, valid_from=LATER).save()
    assert Posting.objects.count() == 1


def test_no_account_combines_two_of_them_by_standing_in_for_somebody():
    head, person, other = a_unit("head"), a_person(), a_person()
    appoint(person, "auditor", head, valid_from=DAY)
    appoint(other, "secadmin", head, valid_from=DAY)
    with pytest.raises(PostingRefused) as refused:
        appoint(person, "secadmin", head, valid_from=LATER, valid_to=LAST, deputy_for=other)
    assert refused.value.code == "separate_offices"
    assert Posting.objects.filter(user=person).count() == 1


def test_one_officer_after_another_is_allowed_and_a_later_overlap_is_not():
    head = a_unit("head")
    person = a_person()
    first = appoint(person, "sysadmin", head, valid_from=DAY, valid_to=LATER)
    appoint(person, "auditor", head, valid_from=LATER)
    first.valid_to = None
    with pytest.raises(PostingRefused):
        first.save()
    with pytest.raises(PostingRefused):
        appoint(person, "secadmin", head, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 2))
    appoint(person, "secadmin", head, valid_from=date(2025, 1, 1), valid_to=DAY)


def test_the_same_role_in_the_same_unit_twice_is_refused():
    head = a_unit("head")
    person = a_person()
    appoint(person, "handler", head, valid_from=LATER)
    with pytest.raises(PostingRefused) as refused:
        appoint(person, "handler", head, valid_from=DAY, valid_to=LAST)
    assert refused.value.code == "again"
    appoint(person, "handler", head, valid_from=DAY, valid_to=LATER)


def test_a_deputy_names_whom_and_until_when():
    head = a_unit("head")
    lead, deputy = a_person(), a_person()
    appoint(lead, "lead", head, valid_from=DAY)
    posting = appoint(deputy, "lead", head, valid_from=LATER, valid_to=LAST, deputy_for=lead)
    assert posting.deputy_for == lead
    assert list(lead.deputies.all()) == [posting]


def test_a_deputy_without_end_for_oneself_or_for_nothing_is_refused():
    head, city, *_ = a_bank()
    lead, deputy = a_person(), a_person()
    appoint(lead, "lead", head, valid_from=DAY)
    cases = {
        "deputy_without_end": dict(user=deputy, role="lead", unit=head, valid_to=None, deputy_for=lead),
        "own_deputy": dict(user=lead, role="lead", unit=head, valid_to=LAST, deputy_for=lead),
        "nothing_to_deputise": dict(user=deputy, role="lead", unit=city, valid_to=LAST, deputy_for=lead),
        "dates": dict(user=deputy, role="lead", unit=city, valid_to=DAY, deputy_for=None),
    }
    for code, wanted in cases.items():
        with pytest.raises(PostingRefused) as refused:
            appoint(**wanted, valid_from=LATER)
        assert refused.value.code == code
    assert Posting.objects.count() == 1


def test_a_deputy_cannot_be_deputised():
    head = a_unit("head")
    lead, deputy, third = a_person(), a_person(), a_person()
    appoint(lead, "lead", head, valid_from=DAY)
    appoint(deputy, "lead", head, valid_from=LATER, valid_to=LAST, deputy_for=lead)
    with pytest.raises(PostingRefused):
        appoint(third, "lead", head, valid_from=LATER, valid_to=LAST, deputy_for=deputy)


def test_the_database_refuses_a_deputy_without_end():
    head = a_unit("head")
    lead, deputy = a_person(), a_person()
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(user=deputy, role="lead", unit=head, valid_from=DAY, deputy_for=lead)


def test_a_posting_ends_on_a_day_and_one_not_begun_disappears():
    head = a_unit("head")
    person = a_person()
    posting = appoint(person, "handler", head, valid_from=DAY)
    end_posting(posting, LATER)
    assert Posting.objects.get().valid_to == LATER
    end_posting(posting, DAY)
    assert not Posting.objects.exists()


def test_appointing_and_ending_are_facts_and_a_refusal_is_none():
    head = a_unit("head")
    person, clerk = a_person(), a_person()
    posting = appoint(person, "sysadmin", head, valid_from=DAY, by=clerk.pk)
    end_posting(posting, LATER, by=clerk.pk)
    with pytest.raises(PostingRefused):
        appoint(person, "auditor", head, valid_from=DAY, by=clerk.pk)
    told = Fact.objects.filter(by_id=clerk.pk).order_by("recorded_at")
    assert [fact.kind for fact in told] == ["people.appointed", "people.posting_ended"]
    assert {fact.unit_id for fact in told} == {head.pk}


@pytest.mark.django_db(transaction=True)
def test_two_appointments_at_the_same_moment_do_not_combine_two_officers():
    head, person = a_unit("head"), a_person()
    refused = meet(
        lambda: appoint(person, "auditor", head, valid_from=DAY),
        lambda: appoint(person, "sysadmin", head, valid_from=DAY),
    )
    assert isinstance(refused, PostingRefused)
    assert refused.code == "separate_offices"
    assert Posting.objects.get().role == "auditor"
