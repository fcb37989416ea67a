"""What customers allow their data to be used for: dated, by purpose, with its source; a no holds from the moment it is said."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.customers import consents
from yinuo.ground.customers.models import Consent
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.queries import by_tracking_code
from yinuo.packs.complaints.tests.bank import a_complaint, an_arrival, closed
from yinuo.packs.complaints.tests.conftest import _own_home, bank
from yinuo.packs.surveys.actions import ask
from yinuo.packs.surveys.models import Invitation

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db
NOW = timezone.now()


def desk(person):
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


def said(case, purpose, given, at=NOW, source="counter"):
    return consents.say(case.customer_id, purpose, given=given, source=source, by=None, at=at)


def facts():
    return Fact.objects.filter(kind="customers.consented").order_by("id")


def test_whoever_said_nothing_is_not_profiled_decided_upon_or_advertised_to_but_asked_how_it_was(bank):
    case = a_complaint(bank)
    allowed = {each.purpose.key: each.allowed for each in consents.standing(case.customer_id)}
    assert allowed == {"profiling": False, "automated": False, "marketing": False, "satisfaction": True}
    assert all(consents.allows(case.customer_id, key) == value for key, value in allowed.items())
    assert not consents.allows(None, "profiling")
    with pytest.raises(KeyError):
        consents.allows(case.customer_id, "anything")


def test_the_latest_word_holds_and_every_word_stays(bank):
    case = a_complaint(bank)
    for day, given in enumerate((True, False, True)):
        assert said(case, "marketing", given, NOW + timedelta(days=day))
    assert consents.allows(case.customer_id, "marketing")
    assert not said(case, "marketing", True, NOW + timedelta(days=4))
    assert [each.given for each in Consent.objects.order_by("at")] == [True, False, True]
    assert [fact.data["given"] for fact in facts()] == [True, False, True]


def test_one_customers_word_says_nothing_of_another(bank):
    case, other = a_complaint(bank), a_complaint(bank)
    said(case, "profiling", True)
    assert not consents.allows(other.customer_id, "profiling")


def test_whoever_refused_is_not_asked_how_satisfied_they_were(bank):
    case = closed(bank)
    said(case, "satisfaction", False)
    assert ask(case) is None
    assert Invitation.objects.count() == 0
    said(case, "satisfaction", True, NOW + timedelta(seconds=1))
    assert ask(case) is not None


def test_a_colleague_writes_down_what_the_customer_said_and_the_case_shows_it(bank):
    case = a_complaint(bank)
    client = desk(bank.handler)
    given = {"purpose": "marketing", "given": "yes", "source": "hotline"}
    answer = client.post(f"/persons/of/{case.number}/consents", given, follow=True)
    page = answer.content.decode()
    assert "Advertisements and offers" in page
    assert "on the telephone" in page
    (fact,) = facts()
    assert fact.by_id == bank.handler.pk
    assert fact.data == {
        "customer": str(case.customer_id), "purpose": "marketing", "given": True, "source": "hotline",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"purpose": "x"}, {"given": ""}, {"source": "portal"}, {"source": ""}])
def test_what_is_not_whole_is_not_written_down(bank, wrong):
    case = a_complaint(bank)
    given = {"purpose": "marketing", "given": "yes", "source": "hotline"} | wrong
    desk(bank.handler).post(f"/persons/of/{case.number}/consents", given)
    assert (Consent.objects.count(), facts().count()) == (0, 0)


def test_whoever_lacks_the_grant_or_the_unit_writes_nothing(bank):
    case = a_complaint(bank)
    given = {"purpose": "marketing", "given": "yes", "source": "hotline"}
    address = f"/persons/of/{case.number}/consents"
    assert desk(bank.person("auditor")).post(address, given).status_code == 403
    assert desk(bank.person("lead", bank.north)).post(address, given).status_code == 404
    about = a_complaint(bank, complained_unit=bank.north.pk)
    there = desk(bank.person("lead", bank.north)).post(f"/persons/of/{about.number}/consents", given)
    assert there.status_code == 403
    assert facts().count() == 0


def tracked(bank):
    received = actions.receive(an_arrival(), handling_unit=bank.centre.pk, by=None, at=NOW, origin="portal")
    return received.code


def test_a_customer_sees_and_withdraws_by_their_code(bank):
    code = tracked(bank)
    case, client = by_tracking_code(code), Client(headers={"accept-language": "en"})
    client.cookies["yinuo_language"] = "en"
    said(case, "profiling", True)
    page = client.get(f"/s/track/{code}").content.decode()
    assert page.count('name="purpose"') == 2
    client.post(f"/s/track/{code}/refuse", {"purpose": "profiling"})
    assert not consents.allows(case.customer_id, "profiling")
    assert client.get(f"/s/track/{code}").content.decode().count('name="purpose"') == 1
    assert (facts().last().by_id, facts().last().data["source"]) == (None, "portal")


def test_by_a_code_nothing_is_allowed_and_no_other_purpose_is_made_up(bank):
    code = tracked(bank)
    client, case = Client(), by_tracking_code(code)
    for given in ({"purpose": "marketing", "given": "yes"}, {"purpose": "x"}, {}):
        client.post(f"/s/track/{code}/refuse", given)
    assert not consents.allows(case.customer_id, "marketing")
    assert {fact.data["purpose"] for fact in facts()} <= {"marketing"}
    assert client.post("/s/track/AAAA-AAAA-AAAAA/refuse", {"purpose": "profiling"}).status_code == 404
