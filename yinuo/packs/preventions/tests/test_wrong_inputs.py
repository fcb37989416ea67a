"""One wrong input for every form of a prevention: said in the reader's language, nothing written, nothing lost."""

import html

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.packs.preventions.tests.bank import (
    CHANGE,
    MEASURE,
    ROOT,
    kinds,
    number,
    opened,
    planned,
    verified,
)

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en", "zh-hant")


@pytest.fixture(autouse=True)
def may(readings):
    readings["2026-05"], readings["2026-07"] = number(80), number(79)


def said(page):
    """What the page says is wrong."""
    for mark in ('class="sq-errors"', 'class="sq-notice is-bad"'):
        if mark in page:
            return page.split(mark, 1)[1].split("</div>", 1)[0]
    return ""


def refused(person, address, typed, words, status=422):
    """Posted in each language; what the pages say, each in its own."""
    client, told = Client(), []
    client.force_login(person)
    for language in LANGUAGES:
        client.cookies["yinuo_language"] = language
        answer = client.post(address, typed)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == status
        assert words in page
        told.append(said(page))
    assert all(told)
    assert len(set(told)) == 3
    return told


OPENING = (
    {"business": "no-such-thing"},
    {"root": "短"},
    {"number": "TS-19990101-0001"},
    {"owner": "X1"},
    {"unit": "nowhere"},
    {"measure": ""},
    {"span": "year and a day"},
)


@pytest.mark.parametrize("wrong", OPENING, ids=str)
def test_a_wrong_opening_is_said_in_the_readers_language_and_nothing_is_lost(bank, wrong):
    typed = {
        "business": "B-03.1", "cause": "C-09", "root": ROOT, "number": "", "owner": bank.owner.staff_number,
        "unit": bank.branch.pk, "measure": MEASURE, "better": "lower", "span": "month",
    } | wrong  # fmt: skip
    refused(bank.lead, "/preventions/new", typed, typed["root"])
    assert not Case.objects.filter(kind="preventions").exists()
    assert not Fact.objects.filter(kind__startswith="preventions.").exists()


STEPS = {
    "plan": (opened, "owner", {"change": CHANGE, "due_on": "soon"}, "soon"),
    "carry-out": (planned, "owner", {"done_on": "2026-13-40"}, "2026-13-40"),
    "end": (verified, "judge", {"words": "算了"}, "算了"),
}


@pytest.mark.parametrize("verb", STEPS)
def test_a_wrong_step_is_said_in_the_readers_language_and_nothing_is_lost(bank, verb):
    made, who, typed, words = STEPS[verb]
    case = made(bank)
    before = kinds(case)
    refused(getattr(bank, who), f"/preventions/{case.number}/{verb}", typed, words)
    assert kinds(case) == before


def test_words_are_kept_where_a_colleague_was_quicker(bank):
    case = planned(bank)
    typed = {"change": "换一种收费告知方式。", "due_on": "2026-06-30"}
    client = Client()
    client.force_login(bank.owner)
    answer = client.post(f"/preventions/{case.number}/plan", typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert said(page)
    assert typed["change"] in page
