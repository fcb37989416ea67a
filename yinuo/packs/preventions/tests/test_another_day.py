"""Another day in mid-round: earlier at once, later by two people, both in time, and the clock follows."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from yinuo.engines.cases.approvals import waiting
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Case, Rung
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.replay import rebuilt
from yinuo.ground.people.postings import appoint
from yinuo.packs.preventions import actions
from yinuo.packs.preventions.pack import ANOTHER_DAY
from yinuo.packs.preventions.tests.bank import (
    AFTER,
    CHANGE,
    CHINA,
    DAY,
    DUE,
    HOUR,
    MONDAY,
    a_person,
    carried_out,
    kinds,
    number,
    opened,
    planned,
    verified,
)
from yinuo.packs.preventions.tests.test_own_day import CLOSE, NEAR, clock, judged, told
from yinuo.packs.preventions.tests.test_pages import signed_in, text
from yinuo.packs.preventions.tests.test_preventing import data, refused

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SOONER, LATER = date(2026, 6, 18), date(2026, 7, 15)  # a Thursday and a Wednesday
WORDS = "系统改造排在七月上线。"
ASKED = MONDAY + 7 * DAY


@pytest.fixture(autouse=True)
def may(readings):
    readings["2026-05"], readings["2026-07"] = number(80), number(79)
    return readings


def at_close(day):
    return datetime(day.year, day.month, day.day, 17, 0, tzinfo=CHINA)


def asked(bank, case, *, due_on=LATER, words=WORDS, by=None, at=ASKED, **more):
    return actions.ask_day(case.pk, due_on=due_on, words=words, by=by or bank.owner, at=at, **more)


def decided(bank, case, *, granted=True, by=None, at=ASKED + HOUR, **more):
    return actions.decide_day(case.pk, granted=granted, by=by or bank.lead, at=at, **more)


def test_an_earlier_day_holds_at_once_and_the_clock_runs_towards_it(bank):
    case = asked(bank, planned(bank), due_on=SOONER)
    assert (clock(case).status, clock(case).due_at) == ("running", at_close(SOONER))
    assert case.next_due == clock(case).due_at
    round_ = case.prevention.plans.get()
    assert (round_.due_on, round_.first_due_on) == (SOONER, DUE)
    [fact] = data(case, "preventions.day_given")
    assert (fact["number"], fact["due"]) == (1, SOONER.isoformat())
    assert case.notes.get(pk=fact["note"]).text == WORDS
    judge_due(at_close(SOONER) + SECOND)
    assert [each["verdict"] for each in judged(case)] == ["broken"]


def test_a_later_day_holds_once_somebody_else_granted_it(bank):
    case = asked(bank, planned(bank))
    assert (clock(case).due_at, case.prevention.plans.get().due_on) == (CLOSE, DUE)  # asking moves nothing
    case = decided(bank, case)
    assert (clock(case).status, clock(case).due_at) == ("running", at_close(LATER))
    assert case.prevention.plans.get().due_on == LATER
    assert kinds(case)[-2:] == ["cases.approval_decided", "preventions.day_given"]
    note = case.notes.get(pk=data(case, "preventions.day_given")[0]["note"])
    assert (note.author, note.text) == (bank.owner, WORDS)
    assert judge_due(CLOSE + DAY) == 0
    actions.carry_out(case.pk, done_on=date(2026, 7, 10), by=bank.owner, at=at_close(date(2026, 7, 10)))
    assert clock(case).status == "kept"
    assert rebuilt(case).to_json() == Case.objects.get(pk=case.pk).marking


def test_its_clock_is_folded_from_facts_alone(bank):
    case = decided(bank, asked(bank, planned(bank)))
    stored = clock(case)
    state = folded(case, traits_of(case), ASKED + DAY)["own_day"]
    assert (state.due_at, state.warn_at) == (stored.due_at, stored.warn_at)
    assert folded(case, traits_of(case), ASKED)["own_day"].due_at == CLOSE  # as it was before it was granted


def test_a_refused_day_leaves_the_one_set_and_may_be_asked_for_again(bank):
    case = decided(bank, asked(bank, planned(bank)), granted=False, said="可以分步上线")
    assert (clock(case).due_at, case.prevention.plans.get().due_on) == (CLOSE, DUE)
    assert "preventions.day_given" not in kinds(case)
    assert waiting(asked(bank, case, at=ASKED + DAY), ANOTHER_DAY)


def test_after_the_day_nothing_takes_its_place(bank):
    case = planned(bank)
    refused(asked, bank, case, at=CLOSE + SECOND)
    refused(asked, bank, case, due_on=CLOSE.date(), at=CLOSE + DAY)
    assert waiting(asked(bank, case, at=CLOSE), ANOTHER_DAY)


def test_after_the_day_a_later_one_can_only_be_refused(bank):
    case = asked(bank, planned(bank))
    refused(decided, bank, case, at=CLOSE + SECOND)
    case = decided(bank, case, granted=False, said="已过期", at=CLOSE + SECOND)
    assert (clock(case).status, clock(case).judged_at) == ("broken", CLOSE)


def test_whoever_owns_it_asked_or_stands_in_for_them_does_not_decide(bank):
    case = asked(bank, planned(bank, owner=bank.lead), by=bank.lead)
    refused(decided, bank, case, by=bank.lead)
    judge = bank.judge
    deputy = a_person("quality_head", bank.head)
    appoint(deputy, "lead", bank.branch, valid_from=ASKED.date(), valid_to=ASKED.date() + DAY,
            deputy_for=bank.lead)  # fmt: skip
    refused(decided, bank, case, by=deputy)
    assert decided(bank, case, by=judge).prevention.plans.get().due_on == LATER


def test_nor_does_whoever_owned_it_before(bank):
    case = asked(bank, planned(bank, owner=bank.judge), by=bank.compliance)
    actions.hand_over(case.pk, owner=bank.owner, words="调岗", by=bank.lead, at=ASKED)
    refused(decided, bank, case, by=bank.judge)


def test_a_second_day_is_not_asked_for_while_one_waits(bank):
    case = asked(bank, planned(bank))
    refused(asked, bank, case)
    refused(asked, bank, case, due_on=SOONER)
    assert case.approvals.count() == 1


def test_another_day_has_words_and_is_another_one_to_come(bank):
    case = planned(bank)
    refused(asked, bank, case, words="  ")
    refused(asked, bank, case, due_on=DUE)
    refused(asked, bank, case, due_on=ASKED.date() - DAY)
    refused(asked, bank, case, due_on=date.max)
    assert asked(bank, case, due_on=ASKED.date()).prevention.plans.get().due_on == ASKED.date()


def test_only_while_it_is_carried_out(bank):
    refused(asked, bank, opened(bank))
    refused(asked, bank, carried_out(bank), at=AFTER)
    refused(decided, bank, planned(bank))


def test_carried_out_nobody_decides_on_a_later_day_any_more(bank):
    case = asked(bank, planned(bank))
    actions.carry_out(case.pk, done_on=ASKED.date(), by=bank.owner, at=ASKED + DAY)
    assert [each["what"] for each in data(case, "cases.approval_lapsed")] == [ANOTHER_DAY]
    refused(decided, bank, case, at=ASKED + DAY)
    assert (clock(case).status, clock(case).due_at) == ("kept", CLOSE)


def test_another_round_has_its_own_day_whatever_was_granted_in_the_first(bank):
    case = verified(bank)
    actions.send_back(case.pk, by=bank.judge, at=AFTER + DAY)
    first, second = date(2026, 8, 20), date(2026, 9, 2)
    actions.plan(case.pk, change=CHANGE, due_on=first, by=bank.owner, at=AFTER + 2 * DAY)
    asked(bank, case, due_on=second, at=AFTER + 3 * DAY)
    case = decided(bank, case, at=AFTER + 4 * DAY)
    assert clock(case).due_at == at_close(second)
    rounds = case.prevention.plans.order_by("number")
    assert [(each.first_due_on, each.due_on) for each in rounds] == [(DUE, DUE), (first, second)]


def test_who_is_told_next_is_told_by_the_new_day(bank):
    case = planned(bank)
    climb_due(NEAR + SECOND)
    rung = Rung.objects.filter(case=case).get()
    acknowledge(rung.pk, by=bank.owner, at=NEAR + HOUR)
    asked(bank, case, at=NEAR + 2 * HOUR)
    decided(bank, case, by=bank.judge, at=NEAR + 3 * HOUR)
    assert climb_due(CLOSE + SECOND) == 0
    climb_due(at_close(LATER) + SECOND)
    assert told(case)[-1] == [bank.lead]
    assert case.rungs.order_by("place").last().at == at_close(LATER)


NOW = timezone.now()
TODAY = timezone.localdate()


def test_the_page_asks_and_another_page_decides(bank):
    case = planned(bank, at=NOW, due_on=TODAY + 20 * DAY)
    address = f"/preventions/{case.number}"
    owner, lead = signed_in(bank.owner), signed_in(bank.lead)
    assert f"{address}/another-day" in text(owner.get(f"{address}?open=another-day"))
    later = {"due_on": (TODAY + 40 * DAY).isoformat(), "words": WORDS}
    wrong = owner.post(f"{address}/another-day", later | {"words": "晚"})
    assert (wrong.status_code, "Please write at least" in text(wrong)) == (422, True)
    answer = owner.post(f"{address}/another-day", later, follow=True)
    assert "Asked for; somebody else decides on it" in text(answer)
    assert f"{address}/decide-day" not in text(answer)
    assert "Somebody else decides: not who asked, not who owns it." in text(answer)
    assert owner.post(f"{address}/decide-day", {"granted": "yes"}).status_code == 403
    assert case.number in text(lead.get("/preventions?view=weigh"))
    page = text(lead.get(address))
    assert WORDS in page
    assert lead.post(f"{address}/decide-day", {"granted": "no", "said": ""}).status_code == 422
    assert lead.post(f"{address}/decide-day", {"granted": "no", "said": "请分步上线"}).status_code == 302
    assert "refused a later day: 请分步上线" in text(owner.get(address))
    owner.post(f"{address}/another-day", later)
    assert lead.post(f"{address}/decide-day", {"granted": "yes"}).status_code == 302
    page = text(owner.get(address))
    assert f"set another day: {later['due_on']}" in page
    assert f"first set: {TODAY + 20 * DAY}" in page
    assert "refused a later day" not in page
    assert case.number not in text(lead.get("/preventions?view=weigh"))
    sooner = later | {"due_on": (TODAY + 10 * DAY).isoformat()}
    answer = owner.post(f"{address}/another-day", sooner, follow=True)
    assert "The earlier day holds from now on" in text(answer)


def test_what_a_colleague_was_quicker_with_is_kept_on_the_page(bank):
    case = planned(bank, at=NOW, due_on=TODAY + 20 * DAY)
    version = case.version
    actions.carry_out(case.pk, done_on=TODAY, by=bank.owner)
    typed = {"due_on": (TODAY + 5 * DAY).isoformat(), "words": WORDS, "version": version}
    answer = signed_in(bank.owner).post(f"/preventions/{case.number}/another-day", typed)
    assert (answer.status_code, WORDS in text(answer)) == (409, True)
