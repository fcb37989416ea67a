"""The list by time left and the page of one call-back, as callers and others see them."""

from datetime import timedelta

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case, Recusal
from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.models import Grade
from yinuo.packs.callbacks.tests.bank import DAY, MONDAY, SINCE, a_call_back, a_person, kinds

LATER = MONDAY + timedelta(hours=3)


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


@pytest.fixture
def caller(bank):
    return signed_in(bank.caller)


def text(answer):
    return answer.content.decode()


def test_the_least_time_left_stands_on_top(bank, caller):
    second = a_call_back(bank, grade=Grade.COMPLEX)
    first = a_call_back(bank)
    page = text(caller.get("/callbacks"))
    assert 0 < page.index(first.number) < page.index(second.number)


def test_the_list_knows_views_filters_and_nothing_at_all(bank, caller):
    assert "One is opened when a complaint is closed" in text(caller.get("/callbacks"))
    done = actions.conclude(a_call_back(bank).pk, outcome="satisfied", by=bank.caller, at=LATER)
    tried = actions.try_once(a_call_back(bank).pk, result="busy", by=bank.caller, at=LATER)
    for query, found, missing in (
        ("?view=open", tried, done),
        ("?view=tried", tried, done),
        ("?view=mine", tried, done),
        ("?view=done", done, tried),
        ("?view=all&outcome=satisfied", done, tried),
        ("?measure=callbacks.satisfied_share&period=2026Q3", done, tried),
    ):
        page = text(caller.get(f"/callbacks{query}"))
        assert found.number in page, query
        assert missing.number not in page, query


@pytest.mark.parametrize("query", ["measure=no.such&period=2026Q3", "measure=callbacks.reached_share&period=x",
                                   "measure=complaints.coded&period=2026Q3"])  # fmt: skip
def test_a_figure_that_is_not_of_this_list_does_not_exist(bank, caller, query):
    assert caller.get(f"/callbacks?{query}").status_code == 404


def test_the_customer_is_masked_until_the_caller_asks(bank, caller):
    case = a_call_back(bank)
    phone = case.customer.phone
    assert phone not in text(caller.get(f"/callbacks/{case.number}"))
    shown = caller.post(f"/callbacks/{case.number}/contact")
    assert phone in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert "callbacks.contact_shown" in kinds(case)
    assert phone not in text(caller.get(f"/callbacks/{case.number}"))


def test_a_caller_writes_down_an_attempt_and_then_the_outcome(bank, caller):
    case = a_call_back(bank)
    address = f"/callbacks/{case.number}"
    assert caller.post(f"{address}/attempt", {"result": "busy", "version": case.version}).status_code == 302
    page = text(caller.get(address))
    assert "the next one counts tomorrow" in page
    assert "attempt 1: Busy" in page
    answer = caller.post(f"{address}/conclude", {"outcome": "other", "timely": "no", "words": "等太久"})
    assert answer.status_code == 302
    page = text(caller.get(address))
    assert "等太久" in page
    assert "Another opinion" in page
    assert f"{address}/conclude" not in page


def test_what_is_not_right_is_shown_again_with_what_was_typed(bank, caller):
    case = a_call_back(bank)
    before = Fact.objects.count()
    answer = caller.post(f"/callbacks/{case.number}/conclude", {"outcome": "not_satisfied", "words": ""})
    assert answer.status_code == 422
    assert "Write down what the customer said." in text(answer)
    early = caller.post(f"/callbacks/{case.number}/give-up", {})
    assert early.status_code == 409
    assert "3 different days; there are 0" in text(early)
    assert Fact.objects.count() == before


def test_the_handler_of_the_complaint_is_told_why_there_is_no_form(bank):
    appoint(bank.handler, "callback_agent", bank.calls, valid_from=SINCE)
    case = a_call_back(bank)
    client, before = signed_in(bank.handler), Fact.objects.count()
    page = text(client.get(f"/callbacks/{case.number}"))
    assert "a colleague calls back" in page
    assert "/conclude" not in page
    for verb, fields in (
        ("conclude", {"outcome": "satisfied"}),
        ("attempt", {"result": "busy"}),
        ("contact", {}),
    ):
        assert client.post(f"/callbacks/{case.number}/{verb}", fields).status_code == 409
    assert Fact.objects.count() == before


def test_a_call_back_of_another_unit_answers_like_a_missing_one(bank):
    case, elsewhere = a_call_back(bank), a_person()
    appoint(elsewhere, "callback_agent", bank.desk, valid_from=SINCE)
    Case.objects.filter(pk=case.pk).update(owning_unit=bank.calls)
    client = signed_in(elsewhere)
    missing = client.get("/callbacks/HF-20200101-9999")
    hidden = client.get(f"/callbacks/{case.number}")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert client.post(f"/callbacks/{case.number}/conclude", {"outcome": "satisfied"}).status_code == 404
    assert case.number not in text(client.get("/callbacks?view=all"))


def test_who_stands_aside_from_the_complaint_sees_no_call_back_about_it(bank, caller):
    case = a_call_back(bank)
    closed = case.references.get().to_case
    Recusal.objects.create(case=closed, person=bank.caller, ground="complained_of", declared_at=MONDAY)
    assert caller.get(f"/callbacks/{case.number}").status_code == 404
    assert case.number not in text(caller.get("/callbacks?view=all"))
    with pytest.raises(actions.CaseRefused):
        actions.conclude(case.pk, outcome="satisfied", by=bank.caller, at=LATER)


def test_a_caller_of_the_unit_that_owns_it_sees_it_and_does_not_call(bank):
    case, owner = a_call_back(bank), a_person()
    appoint(owner, "callback_agent", bank.desk, valid_from=SINCE)
    client = signed_in(owner)
    assert client.get(f"/callbacks/{case.number}").status_code == 200
    for verb in ("conclude", "contact"):
        refused = client.post(f"/callbacks/{case.number}/{verb}", {"outcome": "satisfied"})
        assert refused.status_code == 403
        assert b"<code>callbacks.call</code>" in refused.content


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_page_speaks_three_languages(bank, caller, language):
    case = actions.try_once(a_call_back(bank).pk, result="later", by=bank.caller, at=LATER - DAY)
    caller.cookies["yinuo_language"] = language
    page = text(caller.get(f"/callbacks/{case.number}"))
    word = {"zh-hans": "回访", "zh-hant": "回訪", "en": "Call-back"}[language]
    assert word in page
    assert word in text(caller.get("/callbacks"))
