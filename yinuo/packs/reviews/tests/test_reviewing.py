"""Asking for a review and deciding it: until when, by whom, what is written down, what is refused without a trace."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.models import Case, Lane, Note, Recusal
from yinuo.engines.cases.moves import CaseChanged, CaseRefused, Recused, assign, happen, hold
from yinuo.engines.cases.replay import rebuilt
from yinuo.facts.gate import because
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import open_letter
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.ground.vault.keys import open_key
from yinuo.packs.reviews import actions
from yinuo.packs.reviews.models import Review
from yinuo.packs.reviews.queries import decision_of
from yinuo.packs.reviews.tests.bank import (
    ASKED,
    CHINA,
    DAY,
    HOUR,
    MONDAY,
    REASONS,
    SINCE,
    WORDS,
    a_person,
    a_review,
    answer,
    answered,
    did,
    kinds,
)

LATER = ASKED + 5 * DAY


def everything():
    return (
        list(Fact.objects.order_by("id").values_list("id", flat=True)),
        list(Case.objects.order_by("pk").values()),
        list(Review.objects.order_by("pk").values()),
        list(Letter.objects.order_by("pk").values_list("pk", flat=True)),
    )


def refused(act, *given, **named):
    """The refusal's words; it left no trace."""
    before = everything()
    with pytest.raises(CaseRefused) as caught, transaction.atomic():
        act(*given, **named)
    assert everything() == before
    return str(caught.value)


def letters(case):
    """The letters of a case, opened: template, subject, body."""
    rows = Letter.objects.filter(case_id=case.pk).order_by("id")
    opened = [(row.template, open_letter(row, open_key(row.subject_key_id))) for row in rows]
    return [(template, content.subject, content.body) for template, content in opened]


def decided(case, by, outcome="upheld", at=LATER):
    return actions.decide(case.pk, outcome=outcome, reasons=REASONS, by=by, at=at)


# ---- asking ------------------------------------------------------------------------------------------------


def test_it_goes_to_the_next_unit_above_and_points_at_what_was_answered(bank):
    case = a_review(bank)
    assert (case.handling_unit, case.owning_unit, case.handler) == (bank.city, bank.branch, None)
    reference = case.references.get()
    assert (reference.to_case.handling_unit, reference.why) == (bank.branch, "reviewed")
    assert case.number.startswith("HC-20260917-")
    assert (case.review.words, case.review.by_customer) == (WORDS, True)


def test_the_unit_above_is_that_of_the_day_it_is_asked_for(bank):
    place_unit(bank.branch, bank.head, (MONDAY + DAY).date())
    assert a_review(bank).handling_unit == bank.head


def test_what_the_head_of_the_tree_answered_it_reviews_itself(bank):
    assert a_review(bank, unit=bank.head).handling_unit == bank.head


def test_the_customer_is_told_at_once_by_when_it_is_decided(bank):
    case = a_review(bank)
    due = case.clocks.get().due_at
    assert due.astimezone(CHINA).date() == (ASKED + 32 * DAY).date()  # the thirtieth day is a Saturday
    ((template, subject, body),) = letters(case)
    assert template == "review_acknowledgement"
    assert case.number in subject
    for told in (f"{due.astimezone(CHINA):%Y-%m-%d %H:%M}", "CITY机构", case.references.get().to_case.number):
        assert told in body


def test_a_customer_without_an_address_is_written_no_letter(bank):
    case = decided(a_review(bank, email=""), bank.reviewer)
    assert letters(case) == []


def test_the_last_moment_of_the_promise_is_in_time_and_the_next_is_not(bank):
    case = answered(bank)
    until = decision_of(case).until
    assert until.date() >= (MONDAY + 30 * DAY).date()
    words = refused(actions.ask, case.pk, words=WORDS, by=None, at=until + timedelta(seconds=1))
    assert f"{until.astimezone(CHINA):%Y-%m-%d}" in words
    assert "12378" in words
    assert actions.ask(case.pk, words=WORDS, by=None, at=until).is_open


def test_an_answer_is_reviewed_once(bank):
    case = answered(bank)
    review = actions.ask(case.pk, words=WORDS, by=None, at=ASKED)
    refused(actions.ask, case.pk, words=WORDS, by=None, at=ASKED + HOUR)
    decided(review, bank.reviewer)
    refused(actions.ask, case.pk, words=WORDS, by=None, at=LATER + HOUR)


def test_the_database_knows_it_too(bank):
    first, other = a_review(bank), a_review(bank)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=other.pk).update(decision=first.review.decision)


def test_what_was_answered_again_can_be_reviewed_again_and_in_between_not(bank):
    case = answered(bank)
    decided(actions.ask(case.pk, words=WORDS, by=None, at=ASKED), bank.reviewer, "changed")
    did(case, "cases.reopened", bank.handler, at=LATER + HOUR, step="decide", serial=2)
    refused(actions.ask, case.pk, words=WORDS, by=None, at=LATER + 2 * HOUR)
    answer(bank, case, at=LATER + DAY)
    assert actions.ask(case.pk, words=WORDS, by=None, at=LATER + 2 * DAY).is_open


def test_what_colleagues_opened_again_has_no_answer_to_review(bank):
    case = answered(bank)
    did(case, "cases.reopened", bank.handler, at=MONDAY + DAY, step="decide", serial=2)
    refused(actions.ask, case.pk, words=WORDS, by=None, at=ASKED)


def test_what_was_not_answered_is_not_reviewed(bank):
    case = answered(bank)
    refused(actions.ask, a_review(bank).pk, words=WORDS, by=None, at=LATER)
    assert refused(actions.ask, case.pk, words="  ", by=None, at=ASKED)


def test_the_words_of_both_are_in_no_fact(bank):
    case = decided(a_review(bank), bank.reviewer)
    for body in Fact.objects.filter(case_id=case.pk).values_list("body", flat=True):
        assert WORDS[:5] not in body
        assert REASONS[:5] not in body


# ---- deciding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["upheld", "changed"])
def test_a_decision_keeps_the_promise_and_tells_the_customer_why_and_where_else_to_turn(bank, outcome):
    case = decided(a_review(bank), bank.reviewer, outcome)
    assert kinds(case) == [
        "reviews.opened", "cases.assigned", "cases.step_done", f"reviews.{outcome}",
        "reviews.closed", "clock.judged",
    ]  # fmt: skip
    assert [clock.status for clock in case.clocks.all()] == ["kept"]
    assert (case.is_open, case.lane, case.handler) == (False, Lane.CLOSED, bank.reviewer)
    assert (case.review.outcome, case.review.reasons) == (outcome, REASONS)
    assert rebuilt(case).to_json() == case.marking
    template, _subject, body = letters(case)[-1]
    assert template == f"review_{outcome}"
    assert REASONS in body
    assert "12378" in body


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_letters_speak_the_customers_language(bank, language):
    case = decided(a_review(bank, language=language), bank.reviewer)
    bodies = [body for _template, _subject, body in letters(case)]
    assert len(bodies) == 2
    assert all(("Dear customer" in body) == (language == "en") for body in bodies)


@pytest.mark.parametrize(("outcome", "reasons"), [("", REASONS), ("delighted", REASONS), ("upheld", "  ")])
def test_without_an_outcome_and_reasons_nothing_is_decided(bank, outcome, reasons):
    case = a_review(bank)
    refused(actions.decide, case.pk, outcome=outcome, reasons=reasons, by=bank.reviewer, at=LATER)


def test_what_is_decided_stays_so(bank):
    case = decided(a_review(bank), bank.reviewer)
    refused(decided, case, bank.reviewer, "changed")
    refused(actions.take, case.pk, by=bank.reviewer, at=LATER)


def test_who_takes_it_is_named_and_it_is_taken_once(bank):
    case = actions.take(a_review(bank).pk, by=bank.reviewer, at=ASKED + HOUR)
    assert case.handler == bank.reviewer
    refused(actions.take, case.pk, by=a_person("reviewer", bank.head), at=ASKED + 2 * HOUR)


def test_two_reviewers_do_not_overwrite_each_other(bank):
    case = a_review(bank)
    actions.take(case.pk, by=bank.reviewer, version=case.version, at=ASKED + HOUR)
    with pytest.raises(CaseChanged):
        actions.decide(
            case.pk, outcome="upheld", reasons=REASONS, by=a_person(), version=case.version, at=LATER
        )


def test_a_review_that_nobody_decides_breaks_when_it_was_due(bank):
    case = a_review(bank)
    judge_due(ASKED + 60 * DAY)
    case.refresh_from_db()
    assert case.lane == Lane.OVERDUE
    judged = Fact.objects.get(case_id=case.pk, kind="clock.judged")
    assert judged.occurred_at == case.clocks.get().due_at


# ---- who never reviews -------------------------------------------------------------------------------------


def barred(review, person):
    """The person can neither decide nor be given the review."""
    refused(decided, review, person)
    refused(actions.take, review.pk, by=person, at=LATER)


def test_the_handler_of_the_complaint_does_not_review_it(bank):
    appoint(bank.handler, "reviewer", bank.head, valid_from=SINCE)
    barred(a_review(bank), bank.handler)


def test_nor_does_somebody_who_had_it_in_hand_before(bank):
    case, former = answered(bank), a_person("reviewer", bank.head)
    did(case, "cases.assigned", bank.handler, to=former.pk)
    barred(actions.ask(case.pk, words=WORDS, by=None, at=ASKED), former)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("complaints.answered", {}),
        ("complaints.concluded", {"matter": 1, "conclusion": "upheld"}),
        ("complaints.redressed", {"redress": new_id(), "term": "refund", "amount": 5000, "currency": "CNY"}),
        ("cases.approval_decided", {"approval": new_id(), "what": "extension", "granted": True}),
        ("cases.approval_asked", {"approval": new_id(), "what": "redress"}),
        ("cases.step_done", {"step": "investigate", "serial": 3}),
    ],
)
def test_nor_does_whoever_left_work_on_it(bank, kind, data):
    case, colleague = answered(bank), a_person("reviewer", bank.head)
    did(case, kind, colleague, **data)
    if kind == "complaints.answered":
        answer(bank, case, at=MONDAY)
    barred(actions.ask(case.pk, words=WORDS, by=None, at=ASKED), colleague)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("cases.noted", {"note": new_id()}),
        ("cases.assigned", {"to": None}),
        ("complaints.received", {"source": "hotline", "requests": [], "files": 0}),
    ],
)
def test_who_wrote_a_note_or_gave_it_to_somebody_or_took_it_in_may(bank, kind, data):
    case, colleague = answered(bank), a_person("reviewer", bank.head)
    did(case, kind, colleague, **({"to": bank.handler.pk} if "to" in data else data))
    assert not decided(actions.ask(case.pk, words=WORDS, by=None, at=ASKED), colleague).is_open


def test_what_a_loop_did_in_somebodys_name_is_no_work_of_theirs(bank):
    case, colleague = answered(bank), a_person("reviewer", bank.head)
    with because(new_id(), 1):
        did(case, "complaints.reopened", colleague, reason="review", ending="handled")
    assert not decided(actions.ask(case.pk, words=WORDS, by=None, at=ASKED), colleague).is_open


def test_nor_does_a_deputy_of_whoever_worked_on_it(bank):
    case, today = a_review(bank), datetime.now(CHINA).date()
    appoint(
        bank.reviewer, "handler", bank.branch, valid_from=today, valid_to=today + DAY, deputy_for=bank.handler
    )
    barred(case, bank.reviewer)


def test_who_stands_aside_from_the_complaint_stands_aside_from_its_review(bank):
    case = a_review(bank)
    about = case.references.get().to_case
    Recusal.objects.create(case=about, person=bank.reviewer, ground="close", declared_at=MONDAY)
    barred(case, bank.reviewer)


def test_a_review_is_given_to_nobody_who_worked_on_it(bank):
    case = a_review(bank)
    with pytest.raises(Recused), transaction.atomic():
        assign(hold(case.pk), bank.handler, by=None)
    assert "cases.assigned" not in kinds(case)


def test_the_gate_of_the_engine_refuses_them_whatever_the_verb(bank):
    case = a_review(bank)
    with pytest.raises(Recused), transaction.atomic():
        happen(hold(case.pk), "cases.noted", by=bank.handler, note=new_id())
    assert not Note.objects.filter(case=case).exists()
