"""One wrong input for every form of a review: said in the reader's language, nothing written, nothing lost."""

import html

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.packs.reviews import actions
from yinuo.packs.reviews.tests.bank import ASKED, DAY, REASONS, WORDS, a_review, answered, kinds

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en", "zh-hant")


def said(page):
    """What the page says is wrong."""
    for mark in ('class="sq-errors"', 'class="sq-notice is-bad"'):
        if mark in page:
            return page.split(mark, 1)[1].split("</div>", 1)[0]
    return ""


def refused(client, address, typed, words, status=422):
    """Posted in each language; what the pages say."""
    told = []
    for language in LANGUAGES:
        client.cookies["yinuo_language"] = language
        answer = client.post(address, typed)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == status
        assert words in page
        told.append(said(page))
    return told


@pytest.fixture
def reviewer(bank):
    client = Client()
    client.force_login(bank.reviewer)
    return client


@pytest.mark.parametrize("wrong", [{"outcome": ""}, {"outcome": "perhaps"}, {"reasons": "短"}], ids=str)
def test_a_wrong_decision_is_said_in_the_readers_language_and_nothing_is_lost(bank, reviewer, wrong):
    case, typed = a_review(bank), {"outcome": "upheld", "reasons": REASONS} | wrong
    before = kinds(case)
    told = refused(reviewer, f"/reviews/{case.number}/decide", typed, typed["reasons"])
    assert all(told)
    assert len(set(told)) == 3
    assert kinds(case) == before


def test_reasons_are_kept_where_a_colleague_decided_meanwhile(bank, reviewer):
    case = a_review(bank)
    actions.decide(case.pk, outcome="upheld", reasons=REASONS, by=bank.reviewer, at=ASKED + DAY)
    typed = {"outcome": "changed", "reasons": "收费标准自九月起已取消，应当退还。"}
    told = refused(reviewer, f"/reviews/{case.number}/decide", typed, typed["reasons"], status=409)
    assert all(told)


@pytest.mark.parametrize("wrong", [{"number": "TS-19990101-0001"}, {"words": "短"}, {"number": ""}], ids=str)
def test_a_wrong_request_is_said_in_the_readers_language_and_nothing_is_lost(bank, reviewer, wrong):
    typed = {"number": answered(bank).number, "words": WORDS} | wrong
    told = refused(reviewer, "/reviews/new", typed, typed["words"])
    assert all(told)
    assert len(set(told)) == 3
    assert not Case.objects.filter(kind="reviews").exists()
