"""One wrong input for every form of a complaint: said beside its field in the reader's language, nothing written,
nothing lost of what was typed."""

import html
from datetime import timedelta

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Customer
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, established
from yinuo.packs.complaints.tests.test_recusal import DOORS
from yinuo.packs.complaints.views.verbs import VERBS

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=2)
LANGUAGES = ("zh-hans", "en", "zh-hant")
LONG = "很长的一段话，" * 400

# Every verb that asks for something: what is typed, and which of the words have to be there again.
WRONG = {
    "grade": ({"level": "none", "m0-title": "手续费", "m0-business": "B-02", "m0-cause": "C-09"}, "手续费"),
    "conclude": ({"conclusion": "", "finding": "当日确实多收"}, "当日确实多收"),
    "investigated": ({"question": LONG, "ask": "1"}, LONG[:40]),
    "answer": ({"words": "太短了"}, "太短了"),
    "note": ({"text": LONG}, LONG[:40]),
    "extend": ({"reason": "慢"}, "慢"),
    "decide-extension": ({"granted": "no", "said": ""}, ""),
    "redress": ({"kind": "refund", "amount": "二百", "reason": "多收手续费"}, "二百"),
    "decide-redress": ({"granted": "maybe", "said": "再看看"}, "再看看"),
    "withdraw": ({"said": "电话"}, "电话"),
    "refuse": ({"reason": "because", "words": "这是另一家银行的业务。"}, "这是另一家银行的业务。"),
    "reopen": ({"reason": "", "said": "客户带来了回单"}, "客户带来了回单"),
    "complained-of": ({"numbers": "X99999", "said": "柜员态度"}, "X99999"),
    "conflict": ({"ground": "", "said": "投诉人是我表姐"}, "投诉人是我表姐"),
    "explain-overdue": ({"reason": "because"}, ""),
    "merge": ({"number": "TS-19990101-0001"}, "TS-19990101-0001"),
    "split": ({"positions": ["7"]}, ""),
    "link": ({"number": "TS-19990101-0001", "why": "other"}, "TS-19990101-0001"),
    "unlink": ({"number": "TS-19990101-0001"}, ""),
    "tell-apart": ({"number": "TS-19990101-0001"}, ""),
    "hand-over": ({"to": "nobody"}, ""),
    "hand-to-unit": ({"to": "", "reason": "", "words": "这笔业务是那边办的。"}, "这笔业务是那边办的。"),
    "add-complainant": ({"name": "赵立春", "phone": "call me"}, "call me"),
    "add-representative": ({"name": "周文", "phone": "13900000002"}, "周文"),
    "check-authority": ({"shown_on": "2999-01-01"}, "2999-01-01"),
    "take-away": ({"party": "nobody"}, ""),
}
DECIDED_ABOVE = {"decide-extension", "decide-redress", "reopen"}
ASKS_NOTHING = {
    "accept",
    "claim",
    "go-on",
    "finish",
    "share-out",
    "follow",
    "unfollow",
    "separate",
    "take-back",
}


def trace(case):
    """What any verb would change."""
    fresh = Case.objects.get(pk=case.pk)
    counts = (Fact.objects.count(), Letter.objects.count(), Customer.objects.count())
    return fresh.version, fresh.step, fresh.handler_id, *counts


def test_every_verb_is_tried_here_or_asks_for_nothing():
    assert set(WRONG) | ASKS_NOTHING == {verb.name for verb in VERBS}


def address(case, verb):
    return f"/complaints/{case.number}/{verb.place.replace('<int:position>', '1')}"


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.name in WRONG], ids=lambda verb: verb.name)
def test_a_wrong_input_is_said_in_the_readers_language_and_nothing_is_lost(bank, verb):
    case = DOORS[verb.name][0](bank)
    typed, words = WRONG[verb.name]
    if verb.name == "check-authority":
        typed = typed | {"party": case.complaint.parties.get().pk}
    client, told = Client(), set()
    client.force_login(bank.person("quality_head") if verb.name in DECIDED_ABOVE else bank.handler)
    before = trace(case)
    for language in LANGUAGES:
        client.cookies["yinuo_language"] = language
        answer = client.post(address(case, verb), typed)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 422
        assert words in page
        told.add(_said(page))
    assert all(told), told
    assert len(told) == 3
    assert trace(case) == before


def _said(page):
    """What the page says is wrong: its summary of errors, or the notice above it."""
    for mark in ('class="sq-errors"', 'class="sq-notice is-bad"'):
        if mark in page:
            return page.split(mark, 1)[1].split("</div>", 1)[0]
    return ""


def test_what_a_colleague_made_impossible_meanwhile_is_said_and_the_words_are_kept(bank):
    """The form is not on the page any more: its words stand there by themselves."""
    case = established(bank)
    client = Client()
    client.force_login(bank.handler)
    actions.answer(case.pk, words="我们已退还两百元，并向您道歉。", by=bank.handler, at=LATER)
    for verb, typed, words in (
        ("withdraw", {"said": "客户来电说不投诉了"}, "客户来电说不投诉了"),
        ("refuse", {"reason": "not-ours", "words": "这是另一家银行的业务。"}, "这是另一家银行的业务。"),
        ("redress", {"kind": "refund", "amount": "二百", "reason": "多收手续费"}, "多收手续费"),
        ("matters/7", {"conclusion": "upheld", "finding": "当日确实多收"}, "当日确实多收"),
        ("split", {"positions": ["7"]}, ""),
    ):
        before = trace(case)
        answer = client.post(f"/complaints/{case.number}/{verb}", typed)
        page = html.unescape(answer.content.decode())
        assert answer.status_code in (409, 422), verb
        assert _said(page), verb
        assert words in page, verb
        assert trace(case) == before
