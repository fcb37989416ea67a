"""Calling back: by whom, how often, what is written down, and what is refused without a trace."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.models import Case, Clock, Lane
from yinuo.engines.cases.moves import CaseChanged, CaseRefused, Recused, assign, happen, hold
from yinuo.engines.cases.replay import rebuilt
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.models import Attempt, Grade
from yinuo.packs.callbacks.tests.bank import CHINA, DAY, MONDAY, SINCE, a_call_back, a_person, kinds

LATER = MONDAY + timedelta(hours=3)


def refused(case, act, **given):
    """The refusal's words; it left no trace."""
    before = kinds(case), Case.objects.values().get(pk=case.pk), list(Attempt.objects.values())
    with pytest.raises(CaseRefused) as caught, transaction.atomic():
        act(case.pk, **given)
    assert (kinds(case), Case.objects.values().get(pk=case.pk), list(Attempt.objects.values())) == before
    return str(caught.value)


def due(case):
    return Clock.objects.get(case=case).due_at


def test_an_ordinary_complaint_is_called_back_about_within_three_working_days(bank):
    assert due(a_call_back(bank)) == datetime(2026, 9, 17, 17, 0, tzinfo=CHINA)


def test_a_complex_one_within_seven_counting_the_working_sunday(bank):
    # 14 September: 15, 16, 17, 18; the 20th, a Sunday, is worked in 2026; 21, 22
    assert due(a_call_back(bank, grade=Grade.COMPLEX)) == datetime(2026, 9, 22, 17, 0, tzinfo=CHINA)


def test_it_is_opened_where_callers_sit_and_points_at_what_was_closed(bank):
    case = a_call_back(bank)
    assert case.handling_unit == bank.calls
    assert case.owning_unit == bank.desk
    reference = case.references.get()
    assert (reference.to_case.handling_unit, reference.why) == (bank.desk, "closed")
    assert case.number.startswith("HF-20260914-")


def test_without_callers_anywhere_the_unit_that_handled_it_calls(bank):
    bank.caller.postings.all().delete()
    assert a_call_back(bank).handling_unit == bank.desk


def test_a_satisfied_customer_keeps_the_promise(bank):
    case = actions.conclude(a_call_back(bank).pk, outcome="satisfied", timely=True, by=bank.caller, at=LATER)
    assert [clock.status for clock in case.clocks.all()] == ["kept"]
    assert (case.is_open, case.lane, case.handler) == (False, Lane.CLOSED, bank.caller)
    assert (case.callback.timely, case.callback.third_party) == (True, True)
    assert kinds(case) == [
        "callbacks.opened", "cases.assigned", "callbacks.reached", "cases.step_done", "callbacks.closed",
        "clock.judged",
    ]  # fmt: skip
    assert rebuilt(case).to_json() == case.marking


def test_the_words_of_the_customer_are_in_no_fact(bank):
    words = "退款到账了，但等了三周。"
    case = actions.conclude(a_call_back(bank).pk, outcome="other", words=words, by=bank.caller, at=LATER)
    assert case.callback.words == words
    bodies = Fact.objects.filter(case_id=case.pk).values_list("body", flat=True)
    assert not any(words[:4] in body for body in bodies)
    assert '"words":"' in Fact.objects.get(case_id=case.pk, kind="callbacks.reached").body


@pytest.mark.parametrize("outcome", ["not_satisfied", "other"])
def test_who_is_not_satisfied_said_why(bank, outcome):
    refused(a_call_back(bank), actions.conclude, outcome=outcome, words="  ", by=bank.caller, at=LATER)


@pytest.mark.parametrize("outcome", ["not_reached", "", "delighted"])
def test_an_outcome_that_nobody_can_say_is_refused(bank, outcome):
    refused(a_call_back(bank), actions.conclude, outcome=outcome, by=bank.caller, at=LATER)


ACTS = [
    (actions.try_once, {"result": "busy"}),
    (actions.conclude, {"outcome": "satisfied"}),
    (actions.give_up, {}),
    (actions.show_contact, {}),
]


@pytest.mark.parametrize(("act", "given"), ACTS)
def test_the_handler_of_the_complaint_does_not_call_back(bank, act, given):
    appoint(bank.handler, "callback_agent", bank.calls, valid_from=SINCE)
    refused(a_call_back(bank), act, by=bank.handler, at=LATER, **given)


def test_the_gate_of_the_engine_keeps_the_handler_out_whatever_the_verb(bank):
    case = a_call_back(bank)
    with pytest.raises(Recused), transaction.atomic():
        happen(hold(case.pk), "cases.noted", by=bank.handler, note=new_id())
    assert "cases.noted" not in kinds(case)


def test_nor_does_the_handler_as_a_deputy_of_a_caller(bank):
    today = LATER.date()
    appoint(
        bank.handler, "callback_agent", bank.calls,
        valid_from=today, valid_to=today + DAY, deputy_for=bank.caller,
    )  # fmt: skip
    refused(a_call_back(bank), actions.conclude, outcome="satisfied", by=bank.handler, at=LATER)


def test_nor_does_a_caller_who_stands_in_for_the_handler(bank):
    case, today = a_call_back(bank), LATER.date()
    appoint(
        bank.caller, "handler", bank.desk, valid_from=today, valid_to=today + DAY, deputy_for=bank.handler
    )
    refused(case, actions.conclude, outcome="satisfied", by=bank.caller, at=LATER)
    tomorrow = LATER + DAY
    assert not actions.conclude(case.pk, outcome="satisfied", by=bank.caller, at=tomorrow).is_open


def test_nor_does_somebody_who_had_it_in_hand_before(bank):
    case, former = a_call_back(bank), a_person()
    with transaction.atomic():
        closed = hold(case.references.get().to_case_id)
        assign(closed, former, by=None)
    refused(case, actions.conclude, outcome="satisfied", by=former, at=LATER)


def test_a_caller_of_the_unit_that_handled_it_is_no_third_party(bank):
    insider = a_person()
    appoint(insider, "callback_agent", bank.desk, valid_from=SINCE)
    case = actions.conclude(a_call_back(bank).pk, outcome="satisfied", by=insider, at=LATER)
    assert case.callback.third_party is False


def test_a_day_has_one_attempt_that_counts(bank):
    case = a_call_back(bank)
    actions.try_once(case.pk, result="no_answer", by=bank.caller, at=LATER)
    refused(case, actions.try_once, result="busy", by=bank.caller, at=LATER + timedelta(hours=2))
    refused(case, actions.try_once, result="busy", by=a_person(), at=LATER + timedelta(hours=2))
    assert actions.try_once(case.pk, result="busy", by=bank.caller, at=LATER + DAY).callback.tried == 2


def test_the_database_knows_it_too(bank):
    case = actions.try_once(a_call_back(bank).pk, result="no_answer", by=bank.caller, at=LATER)
    row = {"day": LATER.date(), "at": LATER, "by": bank.caller, "result": "busy"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(call_back=case.callback, **row)


def test_the_day_of_an_attempt_is_the_banks_own(bank):
    """23:30 and 00:30 in Shanghai are one day in UTC and two for the bank."""
    case = a_call_back(bank)
    night = datetime(2026, 9, 14, 23, 30, tzinfo=CHINA)
    actions.try_once(case.pk, result="no_answer", by=bank.caller, at=night)
    actions.try_once(case.pk, result="no_answer", by=bank.caller, at=night + timedelta(hours=1))
    assert case.callback.attempts.count() == 2


@pytest.mark.parametrize("tried", [0, 1, 2])
def test_before_three_days_nobody_is_not_reached(bank, tried):
    case = a_call_back(bank)
    for day in range(tried):
        actions.try_once(case.pk, result="no_answer", by=bank.caller, at=LATER + day * DAY)
    assert str(tried) in refused(case, actions.give_up, by=bank.caller, at=LATER + 3 * DAY)


def test_after_three_days_the_customer_was_not_reached(bank):
    case = a_call_back(bank)
    for day in range(3):
        actions.try_once(case.pk, result="no_answer", by=bank.caller, at=LATER + day * DAY)
    case = actions.give_up(case.pk, by=bank.caller, at=LATER + 2 * DAY)
    assert (case.is_open, case.callback.outcome, case.callback.third_party) == (False, "not_reached", None)
    assert [clock.status for clock in case.clocks.all()] == ["kept"]


def test_a_customer_who_did_not_answer_in_the_morning_may_be_reached_in_the_evening(bank):
    case = a_call_back(bank)
    actions.try_once(case.pk, result="no_answer", by=bank.caller, at=LATER)
    case = actions.conclude(case.pk, outcome="satisfied", by=bank.caller, at=LATER + timedelta(hours=4))
    assert case.callback.outcome == "satisfied"


def test_who_did_not_want_to_be_asked_was_not_reached_by_the_figure_but_the_promise_is_kept(bank):
    case = actions.conclude(a_call_back(bank).pk, outcome="refused", by=bank.caller, at=LATER)
    assert [clock.status for clock in case.clocks.all()] == ["kept"]
    assert "callbacks.refused" in kinds(case)
    assert "callbacks.reached" not in kinds(case)


@pytest.mark.parametrize(("act", "given"), ACTS)
def test_what_is_finished_stays_as_it_is(bank, act, given):
    case = actions.conclude(a_call_back(bank).pk, outcome="satisfied", by=bank.caller, at=LATER)
    refused(case, act, by=bank.caller, at=LATER + DAY, **given)


def test_two_callers_do_not_overwrite_each_other(bank):
    case = a_call_back(bank)
    actions.try_once(case.pk, result="busy", by=bank.caller, version=case.version, at=LATER)
    with pytest.raises(CaseChanged):
        actions.conclude(case.pk, outcome="satisfied", by=a_person(), version=case.version, at=LATER + DAY)


def test_nobody_called_the_promise_breaks_when_it_was_due(bank):
    case = a_call_back(bank)
    judge_due(MONDAY + 30 * DAY)
    case.refresh_from_db()
    assert case.lane == Lane.OVERDUE
    judged = Fact.objects.get(case_id=case.pk, kind="clock.judged")
    assert judged.occurred_at == due(case)


def test_looking_up_the_phone_number_is_a_fact(bank):
    case = a_call_back(bank)
    phone, email = actions.show_contact(case.pk, by=bank.caller, at=LATER)
    assert phone.startswith("1390000")
    assert email.endswith("@example.com")
    shown = Fact.objects.get(case_id=case.pk, kind="callbacks.contact_shown")
    assert shown.by_id == bank.caller.pk
    assert phone not in shown.body
