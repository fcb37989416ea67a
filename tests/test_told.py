"""The place where people see what ladders told them, and say that they have seen it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.ladder import climb_due
from yinuo.engines.cases.models import Case, Note, Rung
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import CHINA, a_complaint, a_stranger, accepted
from yinuo.packs.complaints.tests.conftest import _own_home, bank

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def lead(bank):
    bank.person("quality_head")
    return bank.person("lead", bank.centre)


def desk(person):
    client = Client()
    client.force_login(person)
    return client


def late(bank, days=3):
    """A complaint that nobody has confirmed for some days: the lead was told, and the head of quality."""
    case = a_complaint(bank, at=datetime.now(CHINA) - days * DAY)
    climb_due(timezone.now())
    return case


def shown(client, address="/told"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def first(case, promise="accept"):
    return Rung.objects.filter(case=case, promise=promise).order_by("place").first()


def test_nothing_waits_for_whoever_was_told_nothing(bank, lead):
    assert "没有等您确认的督办" in shown(desk(lead))


def test_whoever_was_told_sees_it_with_a_count_beside_the_place(bank, lead):
    case = late(bank)
    page = shown(desk(lead))
    assert case.number in page
    assert f"/told/{first(case).pk}/acknowledge" in page
    assert case.number not in shown(desk(bank.handler))


def test_the_case_with_the_least_time_left_stands_on_top(bank, lead):
    new, old = late(bank, days=6), late(bank, days=12)
    page = shown(desk(lead))
    assert page.index(old.number) < page.index(new.number)


def test_one_click_acknowledges(bank, lead):
    case, client = late(bank), desk(lead)
    rung = first(case)
    response = client.post(f"/told/{rung.pk}/acknowledge")
    assert (response.status_code, response["Location"]) == (302, "/told")
    rung.refresh_from_db()
    assert rung.acknowledged_by == lead
    assert f"/told/{rung.pk}/acknowledge" not in shown(client)
    assert case.number in shown(client, "/told?view=acknowledged")


def test_words_may_come_with_it_and_lead_back_to_the_case(bank, lead):
    case, client = late(bank), desk(lead)
    rung = first(case)
    assert f"/told/{rung.pk}/acknowledge" in shown(client, f"/complaints/{case.number}")
    response = client.post(f"/told/{rung.pk}/acknowledge", {"said": "今天由我督促。", "back": "case"})
    assert response["Location"] == f"/complaints/{case.number}"
    page = shown(client, response["Location"])
    assert "今天由我督促。" in page
    assert f"{lead.name} 已确认" in page or f"由 {lead.name} 确认" in page


def test_words_beyond_measure_acknowledge_nothing(bank, lead):
    case = late(bank)
    desk(lead).post(f"/told/{first(case).pk}/acknowledge", {"said": "长" * 501})
    assert first(case).acknowledged_at is None
    assert Note.objects.count() == 0


def test_for_others_it_does_not_exist(bank, lead):
    case = late(bank)
    address = f"/told/{first(case).pk}/acknowledge"
    assert desk(bank.handler).post(address).status_code == 404
    assert desk(bank.handler).post(f"/told/{uuid4()}/acknowledge").status_code == 404
    assert address not in shown(desk(bank.handler), f"/complaints/{case.number}")
    assert first(case).acknowledged_at is None


def test_a_deputy_sees_and_acknowledges_it(bank, lead):
    case, deputy, today = late(bank), a_stranger(), timezone.localdate()
    appoint(deputy, "lead", bank.centre, valid_from=today, valid_to=today + DAY, deputy_for=lead)
    assert case.number in shown(desk(deputy))
    assert desk(deputy).post(f"/told/{first(case).pk}/acknowledge").status_code == 302
    assert first(case).acknowledged_by == deputy


def test_whoever_stands_aside_since_sees_it_no_more(bank, lead):
    case = late(bank)
    actions.name_complained_of(case.pk, people=[lead], by=bank.person("quality_head"))
    assert case.number not in shown(desk(lead), "/told?view=all")
    assert desk(lead).post(f"/told/{first(case).pk}/acknowledge").status_code == 404


def test_acknowledged_meanwhile_by_somebody_else_is_said(bank, lead):
    second = a_stranger()
    appoint(second, "lead", bank.centre, valid_from=lead.postings.get().valid_from)
    case = late(bank)
    address = f"/told/{first(case).pk}/acknowledge"
    desk(second).post(address)
    client = desk(lead)
    assert second.name in client.post(address, follow=True).content.decode()
    assert first(case).acknowledged_by == second


def test_the_page_of_the_case_says_plainly_that_nobody_was_found(bank):
    case = late(bank)
    page = shown(desk(bank.person("compliance")), f"/complaints/{case.number}")
    assert "直到机构树顶端都没有找到可告知的人" in page


def test_what_ended_with_its_clock_waits_for_nobody(bank, lead):
    case = late(bank)
    actions.accept(case.pk, by=bank.handler)
    client = desk(lead)
    assert f"/told/{first(case).pk}/acknowledge" not in shown(client, "/told?view=all")
    assert case.number in shown(client, "/told?view=ended")


def test_a_complaint_without_rungs_shows_no_card(bank, lead):
    case = accepted(bank, at=datetime.now(CHINA))
    assert Case.objects.get(pk=case.pk).rungs.count() == 0
    assert 'id="rungs"' not in shown(desk(lead), f"/complaints/{case.number}")


def test_a_clock_that_lapsed_is_told_as_lapsed_not_as_late(bank, lead):
    case = late(bank, days=10)
    actions.withdraw(case.pk, said="客户来电撤诉。", by=bank.handler)
    page = shown(desk(lead), f"/told?view=ended&q={case.number}")
    [row] = [row for row in page.split("<tr data-row") if "法定时限" in row]
    row = row.split("</tr>")[0]
    assert "不再计时" in row
    assert "超时" not in row
