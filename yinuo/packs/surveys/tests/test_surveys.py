"""A link works once and for a while; a low score is noticed; the figure counts who answered."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.facts.models import Fact
from yinuo.ground.outbox.models import Letter
from yinuo.packs.surveys import actions
from yinuo.packs.surveys.measures import answered_share, satisfied_share
from yinuo.packs.surveys.models import Invitation, Opinion
from yinuo.packs.surveys.tests.bank import DAY, MONDAY, a_bank, a_case, a_reader

SEPTEMBER = Window(Period.read("2026-09"))


def asked(bank, at=MONDAY, **said):
    return actions.ask(a_case(bank, **said), at=at)


def facts():
    kinds = Fact.objects.filter(kind__startswith="surveys.").order_by("id")
    return list(kinds.values_list("kind", flat=True))


def refused(token, **given):
    before = facts(), list(Invitation.objects.values()), list(Opinion.objects.values())
    with pytest.raises(actions.RatingRefused) as caught:
        actions.answer(token, **given)
    assert (facts(), list(Invitation.objects.values()), list(Opinion.objects.values())) == before
    return str(caught.value)


def test_a_link_is_used_once(bank):
    token = asked(bank).token
    actions.answer(token, rating=5, words="很好", at=MONDAY + DAY)
    refused(token, rating=1, words="改主意了", at=MONDAY + DAY)
    assert facts() == ["surveys.asked", "surveys.answered"]


def test_a_link_expires(bank):
    token = asked(bank).token
    refused(token, rating=5, at=MONDAY + 14 * DAY)
    assert actions.answer(token, rating=5, at=MONDAY + 14 * DAY - timedelta(seconds=1)).rating == 5


@pytest.mark.parametrize(("rating", "alerted"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_low_score_is_a_fact_of_its_own(bank, rating, alerted):
    actions.answer(asked(bank).token, rating=rating, at=MONDAY + DAY)
    assert ("surveys.alerted" in facts()) == alerted


def test_a_rating_out_of_range_leaves_no_trace(bank):
    token = asked(bank).token
    for rating in (0, 6):
        with pytest.raises(IntegrityError), transaction.atomic():
            actions.answer(token, rating=rating, at=MONDAY + DAY)
    assert facts() == ["surveys.asked"]


def test_no_link_no_rating(bank):
    with pytest.raises(LookupError):
        actions.answer("AAAAAAAAAAAAAAAAAAAAAA", rating=5)


def test_who_has_no_address_is_not_asked(bank):
    assert asked(bank, email="") is None
    assert (facts(), Letter.objects.count()) == ([], 0)


def test_the_figures_count_who_answered_and_who_was_asked(bank):
    for rating in (5, 4, 3, 1):
        actions.answer(asked(bank).token, rating=rating, at=MONDAY + DAY)
    asked(bank)
    assert (satisfied_share(SEPTEMBER).hits, satisfied_share(SEPTEMBER).n) == (2, 4)
    assert (answered_share(SEPTEMBER).hits, answered_share(SEPTEMBER).n) == (4, 5)
    nowhere = Window(SEPTEMBER.period, frozenset())
    assert (satisfied_share(nowhere).n, answered_share(nowhere).n) == (0, 0)


def test_the_customers_page_takes_one_rating_and_says_so(bank):
    token, customer = asked(bank, at=timezone.now()).token, Client()
    address = f"/s/survey/{token}"
    assert customer.get(address)["Cache-Control"] == "no-store, private"
    empty = customer.post(address, {"rating": ""})
    assert empty.status_code == 422
    assert customer.post(address, {"rating": "4"}).status_code == 302
    assert customer.get(address).status_code == 200
    again = customer.post(address, {"rating": "1"})
    assert again.status_code == 409
    assert b"<form class" not in again.content
    assert Invitation.objects.get().rating == 4
    assert customer.get("/s/survey/nothing-like-it").status_code == 404


def test_an_expired_page_has_no_form(bank):
    token, customer = asked(bank).token, Client()
    assert b"<form class" not in customer.get(f"/s/survey/{token}").content
    assert customer.post(f"/s/survey/{token}", {"rating": "5"}).status_code == 409
    assert facts() == ["surveys.asked"]


def test_the_list_shows_low_scores_apart_and_only_of_ones_units(bank):
    low, high = asked(bank), asked(bank)
    actions.answer(low.token, rating=1, words="没有人道歉", at=MONDAY + DAY)
    actions.answer(high.token, rating=5, at=MONDAY + DAY)
    numbers = [one.invitation.about.number for one in (low, high)]

    def page(person, query=""):
        client = Client()
        client.force_login(person)
        client.cookies["yinuo_language"] = "en"
        return client.get(f"/surveys{query}").content.decode()

    assert all(number in page(bank.reader) for number in numbers)
    assert "没有人道歉" in page(bank.reader)
    only_low = page(bank.reader, "?view=low")
    assert (numbers[0] in only_low, numbers[1] in only_low) == (True, False)
    behind = page(bank.reader, "?measure=surveys.satisfied_share&period=2026Q3")
    assert all(number in behind for number in numbers)
    assert "No rating yet" in page(a_reader(bank.other))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one after the other")
def test_two_who_send_at_once_are_one_rating(settings, tmp_path):
    bank = a_bank()
    token, ends = asked(bank).token, []

    def send(rating):
        try:
            actions.answer(token, rating=rating, at=MONDAY + DAY)
            ends.append("taken")
        except actions.RatingRefused:
            ends.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(rating,)) for rating in (1, 5, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["refused", "refused", "refused", "taken"]
    assert facts().count("surveys.answered") == 1
