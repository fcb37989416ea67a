"""From a closed complaint to a letter, a rating by its link, and the figure."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.loops.follow import loops_once
from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import accepted, closed, data, kinds, read
from yinuo.packs.surveys.measures import answered_share, satisfied_share
from yinuo.packs.surveys.models import Invitation

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def lately():
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - 5 * DAY


def go_round():
    while sequence_once() + loops_once():
        pass


def link_of(case):
    """The address in the customer's letter, without the house."""
    letter = Letter.objects.get(case_id=case.pk, template="invitation")
    return re.search(r"/s/survey/\S+", read(letter).body)[0]


def test_a_closed_complaint_brings_one_letter_and_its_link_one_rating(bank):
    case = closed(bank, at=lately())
    go_round()
    go_round()
    address, customer = link_of(case), Client()
    assert "is-primary" in customer.get(address).content.decode()
    assert customer.post(address, {"rating": "2", "words": "等了太久"}).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.rating, invitation.opinion.text) == (2, "等了太久")
    assert data(case, "surveys.alerted") == [{"invitation": str(invitation.pk), "rating": 2}]
    now = Window(Period.quarter_of(timezone.localdate()))
    assert (satisfied_share(now).hits, satisfied_share(now).n) == (0, 1)
    assert (answered_share(now).hits, answered_share(now).n) == (1, 1)
    page = Client()
    page.force_login(bank.handler)
    page.cookies["yinuo_language"] = "en"
    assert "Rated it 2 of 5" in page.get(f"/complaints/{case.number}").content.decode()


def test_the_words_and_the_token_are_in_no_fact_and_no_other_row(bank):
    case = closed(bank, at=lately())
    go_round()
    address = link_of(case)
    token = address.rsplit("/", 1)[1]
    Client().post(address, {"rating": "5", "words": "非常感谢小沈"})
    for body in Fact.objects.values_list("body", flat=True):
        assert "非常感谢" not in body
        assert token not in body
    assert token.encode() not in bytes(Invitation.objects.get().token_index)


def test_nobody_is_asked_about_what_was_closed_long_ago_nor_without_an_address(bank):
    closed(bank, at=lately() - 10 * DAY)
    silent = closed(bank, at=lately(), email="")
    go_round()
    assert not Invitation.objects.exists()
    assert "surveys.asked" not in kinds(silent)


def closed_twice(bank, case, at):
    """Opened again and closed a second time."""
    head = bank.person("quality_head")
    actions.reopen(case.pk, reason="not-settled", said="客户说没有退款", by=head, at=at)
    actions.finish_investigation(case.pk, by=bank.handler, at=at)
    actions.answer(case.pk, words="我们已经退款，向您道歉。", by=bank.handler, at=at)
    actions.finish(case.pk, by=bank.handler, at=at + timedelta(minutes=5))


def test_closed_a_second_time_a_link_that_still_works_is_not_sent_again(bank):
    case = closed(bank, at=lately())
    go_round()
    closed_twice(bank, case, lately() + 3 * DAY)
    go_round()
    assert Invitation.objects.count() == 1


def test_closed_a_second_time_whoever_has_rated_the_first_is_asked_once_more(bank):
    case = closed(bank, at=lately())
    go_round()
    Client().post(link_of(case), {"rating": "1"})
    closed_twice(bank, case, lately() + 3 * DAY)
    go_round()
    assert Invitation.objects.filter(answered_at=None).count() == 1
    assert Invitation.objects.count() == 2


def test_nobody_is_asked_about_what_was_withdrawn(bank):
    actions.withdraw(accepted(bank, at=lately()).pk, said="客户来电撤回", by=bank.handler, at=lately() + DAY)
    go_round()
    assert not Invitation.objects.exists()
