"""From a complaint to its prevention, and back to the complaint, by the facts alone."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.loops.follow import loops_once
from yinuo.engines.loops.models import Follower
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.packs.complaints.tests.bank import CHINA, a_complaint, closed, data, graded, kinds
from yinuo.packs.preventions import actions

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 11, 9, 0, tzinfo=CHINA)
JUNE, AUGUST = MAY + timedelta(days=22), datetime(2026, 8, 3, 9, 0, tzinfo=CHINA)


def go_round():
    while sequence_once() + loops_once():
        pass


def against(bank, about):
    aim = actions.Aim("B-03.1", "C-09", "费率表不一致", bank.head, "complaints.received")
    return actions.open_prevention(
        aim, owner=bank.handler, by=bank.person("lead"), about=about and about.pk, at=JUNE
    )


def measured(bank, case):
    actions.plan(case.pk, change="统一费率表", due_on=date(2026, 6, 20), by=bank.handler, at=JUNE)
    actions.carry_out(case.pk, done_on=date(2026, 6, 10), by=bank.handler, at=JUNE + timedelta(days=10))
    return actions.verify(case.pk, by=bank.person("quality_head"), at=AUGUST)


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


@pytest.fixture
def fees(bank):
    """Twelve complaints about fees in May, none in July."""
    return [graded(bank, at=MAY + timedelta(hours=turn)) for turn in range(12)]


def test_the_complaint_says_that_a_prevention_was_opened_from_it_and_what_was_measured(bank, fees):
    case = against(bank, fees[0])
    go_round()
    assert data(fees[0], "complaints.prevented") == [{"prevention": str(case.pk)}]
    measured(bank, case)
    go_round()
    told = data(fees[0], "complaints.prevention_measured")
    assert told == [{"prevention": str(case.pk), "verdict": "better"}]
    page = signed_in(bank.handler).get(f"/complaints/{fees[0].number}").content.decode()
    assert "A prevention was opened from it" in page
    assert "The measure of its prevention was read again: better" in page


def test_it_is_told_once_however_often_the_facts_are_followed(bank, fees):
    case = against(bank, fees[0])
    go_round()
    Follower.objects.update(seq=0)
    go_round()
    assert kinds(fees[0]).count("complaints.prevented") == 1
    assert Fact.objects.filter(case_id=case.pk, kind="preventions.opened").count() == 1


def test_the_other_complaints_of_that_cause_are_told_nothing(bank, fees):
    measured(bank, against(bank, fees[0]))
    go_round()
    assert all("complaints.prevented" not in kinds(each) for each in fees[1:])


def test_a_prevention_opened_from_no_complaint_tells_none(bank, fees):
    case = against(bank, None)
    go_round()
    assert not Fact.objects.filter(kind="complaints.prevented").exists()
    assert case.references.count() == 0


def test_a_complaint_that_is_closed_is_told_too_and_stays_closed(bank):
    complaint = closed(bank, at=MAY)
    before = complaint.closed_at
    against(bank, complaint)
    go_round()
    complaint.refresh_from_db()
    assert (complaint.is_open, complaint.closed_at) == (False, before)
    assert kinds(complaint)[-1] == "complaints.prevented"


def test_whoever_may_open_one_finds_the_way_on_the_page_of_the_complaint(bank):
    case = graded(bank, at=timezone.now() - timedelta(hours=5))
    page = signed_in(bank.person("lead", bank.centre)).get(f"/complaints/{case.number}").content.decode()
    address = f"/preventions/new?number={case.number}&amp;business=B-03.1&amp;cause=C-09"
    assert f'href="{address}"' in page
    form = signed_in(bank.person("lead", bank.centre)).get(address.replace("&amp;", "&")).content.decode()
    assert f'value="{case.number}"' in form
    assert '<option value="C-09" selected' in form
    assert (
        "/preventions/new" not in signed_in(bank.handler).get(f"/complaints/{case.number}").content.decode()
    )


def test_of_what_is_not_coded_yet_the_number_alone_is_carried(bank):
    case = a_complaint(bank)
    page = signed_in(bank.person("lead", bank.centre)).get(f"/complaints/{case.number}").content.decode()
    assert f"/preventions/new?number={case.number}" in page
