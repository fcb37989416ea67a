"""The list by time left, the page of one review and the form of a request, as reviewers and others see them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.models import Case, Recusal
from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint
from yinuo.packs.reviews import actions
from yinuo.packs.reviews.tests.bank import (
    ASKED,
    DAY,
    MONDAY,
    REASONS,
    SINCE,
    WORDS,
    a_person,
    a_review,
    answered,
    kinds,
)


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


@pytest.fixture
def reviewer(bank):
    return signed_in(bank.reviewer)


def text(answer):
    return answer.content.decode()


def test_the_least_time_left_stands_on_top(bank, reviewer):
    second, first = a_review(bank, at=ASKED + 5 * DAY), a_review(bank)
    page = text(reviewer.get("/reviews"))
    assert 0 < page.index(first.number) < page.index(second.number)


def test_the_list_knows_views_filters_and_nothing_at_all(bank, reviewer):
    assert "A customer asks for one on the tracking page" in text(reviewer.get("/reviews"))
    done = actions.decide(
        a_review(bank).pk, outcome="changed", reasons=REASONS, by=bank.reviewer, at=ASKED + DAY
    )
    mine = actions.take(a_review(bank).pk, by=bank.reviewer, at=ASKED + DAY)
    for query, found, missing in (
        ("?view=open", mine, done),
        ("?view=mine", mine, done),
        ("?view=done", done, mine),
        ("?view=changed", done, mine),
        ("?view=all&outcome=changed", done, mine),
    ):
        page = text(reviewer.get(f"/reviews{query}"))
        assert found.number in page, query
        assert missing.number not in page, query
    behind = text(reviewer.get("/reviews?measure=reviews.changed_share&period=2026Q3"))
    assert done.number in behind
    assert reviewer.get("/reviews?measure=no.such&period=2026Q3").status_code == 404


def test_a_reviewer_reads_what_was_answered_and_decides_with_reasons(bank, reviewer):
    case = a_review(bank)
    address = f"/reviews/{case.number}"
    page = text(reviewer.get(address))
    for shown in (WORDS, "已退还二百元。", "source not yet confirmed"):
        assert shown in page
    assert reviewer.post(f"{address}/take", {"version": case.version}).status_code == 302
    empty = reviewer.post(f"{address}/decide", {"outcome": "changed", "reasons": ""})
    assert empty.status_code == 422
    answer = reviewer.post(f"{address}/decide", {"outcome": "changed", "reasons": REASONS})
    assert answer.status_code == 302
    page = text(reviewer.get(address))
    assert REASONS in page
    assert "A new answer is due" in page
    assert f"{address}/decide" not in page
    assert reviewer.post(f"{address}/decide", {"outcome": "upheld", "reasons": REASONS}).status_code == 409


def test_the_handler_of_the_complaint_is_told_why_there_is_no_form(bank):
    appoint(bank.handler, "reviewer", bank.head, valid_from=SINCE)
    case = a_review(bank)
    client, before = signed_in(bank.handler), Fact.objects.count()
    page = text(client.get(f"/reviews/{case.number}"))
    assert "a colleague decides" in page
    assert "/decide" not in page
    for verb, fields in (("decide", {"outcome": "upheld", "reasons": REASONS}), ("take", {})):
        assert client.post(f"/reviews/{case.number}/{verb}", fields).status_code == 409
    assert Fact.objects.count() == before


def test_the_unit_that_handled_it_sees_its_review_and_does_not_decide(bank):
    lead = a_person("reviewer", bank.branch)
    case, client = a_review(bank), signed_in(lead)
    assert client.get(f"/reviews/{case.number}").status_code == 200
    refused = client.post(f"/reviews/{case.number}/decide", {"outcome": "upheld", "reasons": REASONS})
    assert refused.status_code == 403
    assert b"<code>reviews.decide</code>" in refused.content


def test_a_review_out_of_reach_answers_like_a_missing_one(bank):
    case = a_review(bank)
    Case.objects.filter(pk=case.pk).update(owning_unit=bank.head, handling_unit=bank.head)
    client = signed_in(a_person("reviewer", bank.branch))
    missing = client.get("/reviews/HC-20200101-9999")
    hidden = client.get(f"/reviews/{case.number}")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert client.post(f"/reviews/{case.number}/decide", {}).status_code == 404
    assert case.number not in text(client.get("/reviews?view=all"))


def test_who_stands_aside_from_the_complaint_sees_no_review_of_it(bank, reviewer):
    case = a_review(bank)
    about = case.references.get().to_case
    Recusal.objects.create(case=about, person=bank.reviewer, ground="complained_of", declared_at=MONDAY)
    assert reviewer.get(f"/reviews/{case.number}").status_code == 404
    assert case.number not in text(reviewer.get("/reviews?view=all"))


# ---- written down for the customer ---------------------------------------------------------------------------


@pytest.fixture
def lately():
    """Answered the day before yesterday: there is still time to ask."""
    return timezone.localtime() - timedelta(days=2)


def elsewhere_is_a_kind(monkeypatch):
    """The case of these tests is of a kind that nobody declares; here it is seen by whoever sees reviews."""
    from yinuo.engines.cases import kinds as declared

    kind = declared.CaseKind(
        "elsewhere", "Case", "TS", "reviews.view", lambda number: f"/x/{number}", "elsewhere.a", "elsewhere.b"
    )
    monkeypatch.setitem(declared._kinds, "elsewhere", kind)


def test_staff_write_a_request_down_for_the_customer(bank, reviewer, lately, monkeypatch):
    elsewhere_is_a_kind(monkeypatch)
    about = answered(bank, at=lately)
    typed = {"number": f" {about.number.lower()} ", "words": WORDS}
    answer = reviewer.post("/reviews/new", typed)
    case = Case.objects.get(kind="reviews")
    assert (answer.status_code, answer["Location"]) == (302, f"/reviews/{case.number}")
    assert (case.review.by_customer, kinds(case)) == (False, ["reviews.opened"])
    again = reviewer.post("/reviews/new", typed)
    assert again.status_code == 409
    assert "under way already" in text(again)


def test_a_request_about_what_one_may_not_see_is_not_taken(bank, reviewer, lately, monkeypatch):
    elsewhere_is_a_kind(monkeypatch)
    about = answered(bank, at=lately)
    for number in (about.number, "TS-20200101-9999"):
        Recusal.objects.get_or_create(case=about, person=bank.reviewer, ground="close", declared_at=MONDAY)
        answer = reviewer.post("/reviews/new", {"number": number, "words": WORDS})
        assert answer.status_code == 422
        assert "no case of this number" in text(answer)
    assert not Case.objects.filter(kind="reviews").exists()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_pages_speak_three_languages(bank, reviewer, language):
    case = a_review(bank)
    reviewer.cookies["yinuo_language"] = language
    words = {"zh-hans": "核查", "zh-hant": "核查", "en": "Review"}[language]
    for address in ("/reviews", f"/reviews/{case.number}", "/reviews/new"):
        assert words in text(reviewer.get(address)), address
