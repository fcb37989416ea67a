"""From a cause to what was changed, and to the same measure again."""

import json
from datetime import date, timedelta

import pytest
from django.db import transaction

from yinuo.engines.cases.models import Case, Clock, Note, Recusal, Reference, Rung, Step
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.engines.cases.replay import rebuilt
from yinuo.engines.measures.measure import Sample
from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint
from yinuo.packs.preventions import actions, figures
from yinuo.packs.preventions.models import Plan, Prevention, Verdict
from yinuo.packs.preventions.tests.bank import (
    AFTER,
    CHANGE,
    DAY,
    DONE,
    MONDAY,
    a_case_elsewhere,
    a_person,
    carried_out,
    kinds,
    number,
    opened,
    planned,
    verified,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def may(readings):
    """Eighty complaints in May."""
    readings["2026-05"] = number(80)
    return readings


def data(case, kind):
    bodies = Fact.objects.filter(case_id=case.pk, kind=kind).order_by("id").values_list("body", flat=True)
    return [json.loads(body)["data"] for body in bodies]


def everything():
    """Every row that a verb of a prevention writes."""
    models = (Fact, Case, Prevention, Plan, Step, Clock, Note, Rung, Reference)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(act, *args, **said):
    """The refusal's words; it left no trace."""
    before = everything()
    with pytest.raises(CaseRefused) as caught, transaction.atomic():
        act(*args, **said)
    assert everything() == before
    return str(caught.value)


def test_opened_it_keeps_the_figure_of_the_last_whole_month_whatever_is_corrected_later(bank, may):
    case = opened(bank)
    may["2026-05"] = number(3)
    prevention = Prevention.objects.get(pk=case.pk)
    assert (prevention.period, prevention.value, prevention.n) == ("2026-05", 80, 80)
    assert prevention.low < 80 < prevention.high
    assert may["asked"].slice == "cause:C-09"
    assert may["asked"].units == {bank.branch.pk}
    assert (case.handler, case.handling_unit, case.step) == (bank.owner, bank.branch, "plan")
    assert case.clocks.get(promise="plan").status == "running"
    [fact] = data(case, "preventions.opened")
    assert fact["value"] == "80.000000"
    assert not {"root", "change", "words"} & set(fact)


def test_better_closes_it(bank, may):
    may["2026-07"] = number(30)
    case = verified(bank)
    assert (case.is_open, case.prevention.outcome) == (False, Verdict.BETTER)
    assert data(case, "preventions.verified")[0]["verdict"] == "better"
    round_ = case.prevention.plans.get()
    assert (round_.period, round_.value, round_.change) == ("2026-07", 30, CHANGE)
    assert rebuilt(case).to_json() == case.marking
    assert {clock.promise: clock.status for clock in case.clocks.all()} == {
        "plan": "kept", "carry_out": "kept", "own_day": "kept", "verify_month": "kept",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("after", "better", "says"),
    [
        (number(30), "lower", "better"),
        (number(30), "higher", "not_better"),
        (number(140), "lower", "not_better"),
        (number(140), "higher", "better"),
        (number(76), "lower", "cannot_tell"),
        (number(80), "lower", "cannot_tell"),
    ],
)
def test_only_figures_that_are_apart_say_anything(bank, may, after, better, says):
    may["2026-07"] = after
    case = verified(bank, better=better)
    assert case.prevention.plans.get().verdict == says
    assert case.is_open == (says != "better")
    assert case.step == ("" if says == "better" else "weigh")


def test_too_few_say_nothing(bank, may):
    may["2026-05"] = Sample(4, hits=4)
    may["2026-07"] = Sample(400, hits=1)
    case = verified(bank)
    assert case.prevention.low is None
    assert case.prevention.plans.get().verdict == "cannot_tell"


def test_carried_out_is_not_closed(bank):
    case = carried_out(bank)
    assert (case.is_open, case.step) == (True, "verify")
    assert "preventions.closed" not in kinds(case)


def test_it_is_measured_over_a_whole_period_after_that_is_over(bank, may):
    case = carried_out(bank, done_on=DONE)
    refused(actions.verify, case.pk, by=bank.judge, at=AFTER - 4 * DAY)
    case = actions.verify(case.pk, by=bank.judge, at=AFTER - 2 * DAY)
    assert case.prevention.plans.get().period == "2026-07"


def test_quarters_are_compared_with_quarters(bank, may):
    may["2026Q1"], may["2026Q3"] = number(200), number(90)
    case = carried_out(bank, span="quarter")
    assert case.prevention.period == "2026Q1"
    assert case.clocks.get(promise="verify_quarter").status == "running"
    refused(actions.verify, case.pk, by=bank.judge, at=AFTER)
    case = actions.verify(case.pk, by=bank.judge, at=AFTER + timedelta(days=60))
    assert (case.prevention.outcome, case.prevention.plans.get().period) == ("better", "2026Q3")


def test_nobody_verifies_what_they_own(bank):
    case = carried_out(bank, owner=bank.judge)
    refused(actions.verify, case.pk, by=bank.judge, at=AFTER)
    assert actions.verify(case.pk, by=bank.compliance, at=AFTER).prevention.plans.get().verdict


def test_nor_what_they_carried_out_for_the_owner(bank):
    case = planned(bank)
    case = actions.carry_out(case.pk, done_on=DONE, by=bank.compliance, at=MONDAY + 10 * DAY)
    refused(actions.verify, case.pk, by=bank.compliance, at=AFTER)


def test_nor_does_a_deputy_of_the_owner(bank):
    case, deputy = carried_out(bank), a_person("compliance", bank.head)
    today = AFTER.date()
    appoint(deputy, "handler", bank.branch, valid_from=today, valid_to=today + DAY, deputy_for=bank.owner)
    refused(actions.verify, case.pk, by=deputy, at=AFTER)


def test_nobody_ends_what_they_own(bank, may):
    may["2026-07"] = number(79)
    case = carried_out(bank, owner=bank.judge)
    assert actions.verify(case.pk, by=bank.compliance, at=AFTER).step == "weigh"
    refused(actions.end, case.pk, words="作罢", by=bank.judge, at=AFTER)


def test_what_did_not_show_is_planned_once_more_against_the_same_baseline(bank, may):
    may["2026-07"], may["2026-09"] = number(79), number(20)
    case = verified(bank)
    case = actions.send_back(case.pk, by=bank.judge, at=AFTER + DAY)
    assert (case.step, case.clocks.get(promise="plan").status) == ("plan", "running")
    actions.plan(case.pk, change="改用系统拦截", due_on=date(2026, 8, 20), by=bank.owner, at=AFTER + 2 * DAY)
    actions.carry_out(case.pk, done_on=date(2026, 8, 12), by=bank.owner, at=AFTER + 9 * DAY)
    case = actions.verify(case.pk, by=bank.judge, at=AFTER + 60 * DAY)
    assert [plan.verdict for plan in case.prevention.plans.order_by("number")] == ["cannot_tell", "better"]
    assert (case.prevention.period, case.prevention.outcome, case.is_open) == ("2026-05", "better", False)
    assert rebuilt(case).to_json() == case.marking


def test_it_ends_as_it_is_only_with_words(bank, may):
    may["2026-07"] = number(79)
    case = verified(bank)
    refused(actions.end, case.pk, words="  ", by=bank.judge, at=AFTER)
    case = actions.end(case.pk, words="该业务已停办。", by=bank.judge, at=AFTER + DAY)
    assert (case.is_open, case.prevention.outcome) == (False, case.prevention.plans.get().verdict)
    assert "preventions.ended" in kinds(case)
    assert "停办" not in json.dumps(data(case, "preventions.ended"), ensure_ascii=False)
    refused(actions.send_back, case.pk, by=bank.judge, at=AFTER + DAY)


def test_one_step_comes_after_the_other(bank):
    case = opened(bank)
    refused(actions.carry_out, case.pk, done_on=DONE, by=bank.owner, at=MONDAY + 10 * DAY)
    refused(actions.send_back, case.pk, by=bank.judge, at=MONDAY)
    refused(actions.verify, case.pk, by=bank.judge, at=AFTER)
    case = planned(bank)
    refused(actions.verify, case.pk, by=bank.judge, at=AFTER)
    refused(actions.plan, case.pk, change=CHANGE, due_on=DONE, by=bank.owner, at=MONDAY)


def test_a_plan_has_words_and_a_day_to_come(bank):
    case = opened(bank)
    refused(actions.plan, case.pk, change=" ", due_on=DONE, by=bank.owner, at=MONDAY)
    refused(actions.plan, case.pk, change=CHANGE, due_on=date(2026, 5, 31), by=bank.owner, at=MONDAY)
    ten_years = date(2036, 6, 8)
    refused(actions.plan, case.pk, change=CHANGE, due_on=ten_years + DAY, by=bank.owner, at=MONDAY)
    refused(actions.plan, case.pk, change=CHANGE, due_on=date.max, by=bank.owner, at=MONDAY)
    actions.plan(case.pk, change=CHANGE, due_on=MONDAY.date(), by=bank.owner, at=MONDAY)
    actions.plan(opened(bank).pk, change=CHANGE, due_on=ten_years, by=bank.owner, at=MONDAY)


def test_what_is_carried_out_lies_between_opening_and_today(bank):
    case = planned(bank)
    later = MONDAY + 5 * DAY
    refused(actions.carry_out, case.pk, done_on=later.date() + DAY, by=bank.owner, at=later)
    refused(actions.carry_out, case.pk, done_on=MONDAY.date() - DAY, by=bank.owner, at=later)
    actions.carry_out(case.pk, done_on=MONDAY.date(), by=bank.owner, at=later)


@pytest.mark.parametrize(
    "wrong", [{"cause": "C-77"}, {"business": ""}, {"measure": "preventions.closed_share"}, {"root": " "},
              {"better": "sideways"}, {"span": "year"}],
)  # fmt: skip
def test_what_it_is_against_and_measured_by_is_checked(bank, wrong):
    with pytest.raises(CaseRefused):
        opened(bank, **wrong)
    assert not Case.objects.filter(kind="preventions").exists()


def test_an_owner_has_a_post_of_their_own(bank):
    stranger, deputy = a_person(), a_person()
    appoint(deputy, "handler", bank.branch, valid_from=MONDAY.date(), deputy_for=bank.owner,
            valid_to=MONDAY.date() + DAY)  # fmt: skip
    for nobody in (stranger, deputy, a_person("auditor", bank.head)):
        with pytest.raises(CaseRefused):
            opened(bank, owner=nobody)


def test_it_points_at_the_case_it_was_opened_from(bank):
    about = a_case_elsewhere(bank)
    case = opened(bank, about=about.pk)
    reference = case.references.get()
    assert (reference.to_case, reference.why) == (about, "prevented")
    assert data(case, "preventions.opened")[0]["about"] == str(about.pk)


def test_measures_split_by_cause_and_no_others_are_offered():
    keys = {measure.key for measure in figures.measures()}
    assert "complaints.received" in keys
    assert "preventions.closed_share" not in keys


def handed_over(bank, case, to, *, by=None, words="原负责人调岗。", at=MONDAY + 2 * DAY):
    return actions.hand_over(case.pk, owner=to, words=words, by=by or bank.lead, at=at)


def test_somebody_else_owns_it_from_then_on_in_their_own_unit_and_its_limits_run_on(bank):
    case, new = planned(bank), a_person("handler", bank.head)
    before = list(case.clocks.order_by("position").values("promise", "status", "due_at"))
    case = handed_over(bank, case, new)
    assert (case.handler, case.handling_unit, case.owning_unit) == (new, bank.head, bank.branch)
    assert list(case.clocks.order_by("position").values("promise", "status", "due_at")) == before
    [fact] = data(case, "preventions.handed_over")
    assert fact["to"] == str(new.pk)
    assert case.notes.get(pk=fact["note"]).text == "原负责人调岗。"
    assert kinds(case)[-2:] == ["cases.assigned", "preventions.handed_over"]


def test_it_is_handed_over_with_words_to_somebody_else_who_has_a_post(bank):
    case = opened(bank)
    refused(handed_over, bank, case, bank.owner)
    refused(handed_over, bank, case, a_person())
    refused(handed_over, bank, case, a_person("handler", bank.head), words="  ")


def test_what_is_closed_is_handed_to_nobody(bank, may):
    may["2026-07"] = number(30)
    refused(handed_over, bank, verified(bank), a_person("handler", bank.head), at=AFTER + DAY)


def test_whoever_stands_aside_from_the_complaint_is_not_given_its_prevention(bank):
    about, new = a_case_elsewhere(bank), a_person("handler", bank.head)
    case = opened(bank, about=about.pk)
    Recusal.objects.create(case=about, person=new, ground="relative", declared_at=MONDAY)
    with pytest.raises(Recused, match="须回避立项所依据的投诉"):
        handed_over(bank, case, new)


def test_whoever_owned_it_once_does_not_verify_it(bank):
    """Else one would hand it over before it is measured."""
    case = carried_out(bank, owner=bank.judge)
    second = a_person("quality_head", bank.head)
    handed_over(bank, case, a_person("handler", bank.head), at=AFTER - DAY)
    planner = opened(bank, owner=bank.judge)
    actions.plan(planner.pk, change=CHANGE, due_on=date(2026, 6, 30), by=bank.judge, at=MONDAY + DAY)
    handed_over(bank, planner, bank.owner)
    actions.carry_out(planner.pk, done_on=DONE, by=bank.owner, at=MONDAY + 10 * DAY)
    refused(actions.verify, planner.pk, by=bank.judge, at=AFTER)
    actions.verify(planner.pk, by=second, at=AFTER)
