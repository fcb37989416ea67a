"""One wrong input for every form of a call-back: said in the reader's language, nothing written, nothing lost."""

import html

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.models import Attempt
from yinuo.packs.callbacks.tests.bank import DAY, MONDAY, a_call_back, kinds

pytestmark = pytest.mark.django_db
LONG = "等了很久才有人接电话。" * 300
WRONG = {
    "attempt": ({"result": "no-such-thing"}, ""),
    "conclude": ({"outcome": "not_satisfied", "timely": "no", "words": " "}, 'value="not_satisfied"'),
    "conclude, too long": ({"outcome": "other", "words": LONG}, LONG[:40]),
}


def said(page):
    """What the page says is wrong."""
    for mark in ('class="sq-errors"', 'class="sq-notice is-bad"'):
        if mark in page:
            return page.split(mark, 1)[1].split("</div>", 1)[0]
    return ""


@pytest.fixture
def caller(bank):
    client = Client()
    client.force_login(bank.caller)
    return client


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_input_is_said_in_the_readers_language_and_nothing_is_lost(bank, caller, name):
    case, (typed, words) = a_call_back(bank), WRONG[name]
    before, told = kinds(case), set()
    for language in ("zh-hans", "en", "zh-hant"):
        caller.cookies["yinuo_language"] = language
        answer = caller.post(f"/callbacks/{case.number}/{name.split(',')[0]}", typed)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 422
        assert words in page
        told.add(said(page))
    assert all(told)
    assert len(told) == 3
    assert kinds(case) == before
    assert not Attempt.objects.exists()
    assert Case.objects.get(pk=case.pk).is_open


def test_what_a_customer_said_is_kept_where_a_colleague_finished_the_call_back_meanwhile(bank, caller):
    case = a_call_back(bank)
    actions.conclude(case.pk, outcome="satisfied", by=bank.caller, at=MONDAY + DAY)
    before = kinds(case)
    answer = caller.post(
        f"/callbacks/{case.number}/conclude", {"outcome": "other", "words": "还想再说一句。"}
    )
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert said(page)
    assert "还想再说一句。" in page
    assert kinds(case) == before
