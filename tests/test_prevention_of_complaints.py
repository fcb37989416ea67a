"""Preventions beside real complaints: the same figure before and after, both pages, the cases behind."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.packs.complaints.tests.bank import CHINA, MONDAY, a_complaint, graded
from yinuo.packs.complaints.tests.conftest import _own_home, bank
from yinuo.packs.preventions import actions

__all__ = ["_own_home", "bank"]

OCTOBER = datetime(2026, 10, 8, 9, 0, tzinfo=CHINA)
DECEMBER = datetime(2026, 12, 3, 9, 0, tzinfo=CHINA)


@pytest.fixture
def lead(bank):
    client = Client()
    client.force_login(bank.person("lead"))
    client.cookies["yinuo_language"] = "en"
    return client


@pytest.fixture
def fees(bank):
    """Twelve complaints about fees in September, one that is not coded."""
    cases = [graded(bank, at=MONDAY + timedelta(hours=turn)) for turn in range(12)]
    a_complaint(bank)
    return cases


def against_fees(bank, about) -> Case:
    aim = actions.Aim("B-03.1", "C-09", "费率表不一致", bank.head, "complaints.received")
    return actions.open_prevention(
        aim, owner=bank.handler, by=bank.person("lead"), about=about.pk, at=OCTOBER
    )


def text(answer):
    return answer.content.decode()


def test_twelve_in_september_and_none_in_november_is_better(bank, fees, lead):
    case = against_fees(bank, fees[0])
    assert (case.prevention.period, case.prevention.value) == ("2026-09", 12)
    actions.plan(case.pk, change="统一费率表", due_on=date(2026, 10, 20), by=bank.handler, at=OCTOBER)
    done = OCTOBER + timedelta(days=5)
    actions.carry_out(case.pk, done_on=done.date(), by=bank.handler, at=done)
    case = actions.verify(case.pk, by=bank.person("quality_head"), at=DECEMBER)
    assert (case.is_open, case.prevention.outcome) == (False, "better")


def test_the_figure_opens_the_cases_counted(bank, fees, lead):
    page = text(lead.get(f"/preventions/{against_fees(bank, fees[0]).number}"))
    address = "/complaints?measure=complaints.received&period=2026-09&unit=HQ&slice=cause%3AC-09"
    assert f'href="{address.replace("&", "&amp;")}"' in page
    listed = text(lead.get(address))
    assert all(case.number in listed for case in fees)
    assert listed.count("data-row") == len(fees)


def test_both_pages_name_each_other(bank, fees, lead):
    case = against_fees(bank, fees[0])
    assert f'href="/preventions/{case.number}"' in text(lead.get(f"/complaints/{fees[0].number}"))
    assert f'href="/complaints/{fees[0].number}"' in text(lead.get(f"/preventions/{case.number}"))
    assert case.number not in text(lead.get(f"/complaints/{fees[1].number}"))
