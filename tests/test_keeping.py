"""Legal holds and wishes to be erased, on one page: by two pairs of eyes, with the law's reasons."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Erasure, ErasureRequest, LegalHold
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints.tests.bank import SINCE, a_complaint, a_stranger, closed
from yinuo.packs.complaints.tests.conftest import _own_home, bank

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db


def desk(person):
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def first(bank):
    return desk(bank.person("compliance"))


@pytest.fixture
def second(bank):
    person = a_stranger("compliance")
    appoint(person, "compliance", bank.head, valid_from=SINCE)
    return desk(person)


@pytest.fixture
def case(bank):
    """Of years ago: nothing keeps it."""
    return closed(bank, at=timezone.now() - timedelta(days=4 * 366))


def at(case, rest="keeping"):
    return f"/persons/of/{case.number}/{rest}"


def told():
    found = Fact.objects.filter(kind__regex="^customers.(erasure_|erased|hold_)").order_by("id")
    return [kind.removeprefix("customers.") for kind in found.values_list("kind", flat=True)]


def asked(first, case):
    first.post(at(case, "erasure"))
    return at(case, f"erasure/{ErasureRequest.objects.get().pk}")


def test_asked_by_one_and_granted_by_another_the_customer_is_erased(case, first, second):
    address = asked(first, case)
    assert second.post(address, {"granted": "yes"}).status_code == 302
    assert Erasure.objects.get().customer_id == case.customer_id
    assert told() == ["erasure_asked", "erased", "erasure_decided"]
    assert "Erased" in first.get(at(case)).content.decode()


def test_who_wrote_it_down_does_not_decide(case, first, second):
    address = asked(first, case)
    assert first.post(address, {"granted": "yes"}).status_code == 409
    assert (Erasure.objects.count(), told()) == (0, ["erasure_asked"])


def test_a_refusal_names_the_reason_of_the_law_and_is_shown(case, first, second):
    address = asked(first, case)
    assert second.post(address, {"granted": "no"}).status_code == 422
    second.post(address, {"granted": "no", "reason": "kept_by_law"})
    assert "The law demands that it is kept" in first.get(at(case)).content.decode()
    assert told() == ["erasure_asked", "erasure_decided"]
    assert second.post(address, {"granted": "yes"}).status_code == 409
    assert Erasure.objects.count() == 0


def test_while_a_case_is_open_it_stays_asked_for_and_the_page_says_why(bank, first, second):
    case = a_complaint(bank)
    address = asked(first, case)
    answer = second.post(address, {"granted": "yes"})
    assert answer.status_code == 409
    assert "must be kept: an open case" in answer.content.decode()
    assert ErasureRequest.objects.get().state == "asked"
    assert told() == ["erasure_asked"]


def test_a_hold_keeps_everything_until_somebody_else_lifts_it(case, first, second):
    assert first.post(at(case, "hold"), {"reason": ""}).status_code == 422
    first.post(at(case, "hold"), {"reason": "litigation"})
    address = asked(first, case)
    assert second.post(address, {"granted": "yes"}).status_code == 409
    lift = at(case, f"holds/{LegalHold.objects.get().pk}/lift")
    assert first.post(lift).status_code == 409
    assert LegalHold.objects.get().lifted_at is None
    second.post(lift)
    assert second.post(address, {"granted": "yes"}).status_code == 302
    assert told() == ["hold_placed", "erasure_asked", "hold_lifted", "erased", "erasure_decided"]


def test_a_second_wish_waits_for_the_first_and_a_part_of_the_bank_decides_nothing(bank, case, first):
    address = asked(first, case)
    assert first.post(at(case, "erasure")).status_code == 409
    part = desk(bank.person("compliance", bank.centre))
    assert part.get(at(case)).status_code == 403
    assert part.post(address, {"granted": "yes"}).status_code == 403
    assert Erasure.objects.count() == 0
