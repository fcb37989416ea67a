"""The day its owner set: a clock of its own, told up the tree, moved by another plan and another calendar."""

from datetime import date, datetime, timedelta

import pytest

from yinuo.engines.cases import batches
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Case, Lane, Recusal, Rung
from yinuo.engines.cases.moves import folded, hold, settle, traits_of
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.shelf import Succession
from yinuo.packs.preventions import actions
from yinuo.packs.preventions.tests.bank import (
    AFTER,
    CHINA,
    DAY,
    DONE,
    DUE,
    HOUR,
    MONDAY,
    a_case_elsewhere,
    carried_out,
    number,
    planned,
    verified,
)
from yinuo.packs.preventions.tests.test_pages import signed_in, text
from yinuo.packs.preventions.tests.test_preventing import data

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
CLOSE = datetime(2026, 6, 30, 17, 0, tzinfo=CHINA)
# Planned on Tuesday 2 June: four fifths of the 28 days after that are gone on the 25th, at 9:36.
NEAR = datetime(2026, 6, 25, 9, 36, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def may(readings):
    readings["2026-05"], readings["2026-07"] = number(80), number(79)
    return readings


def clock(case):
    return case.clocks.get(promise="own_day")


def judged(case):
    return [each for each in data(case, "clock.judged") if each["promise"] == "own_day"]


def test_a_clock_runs_towards_the_day_set(bank):
    case = planned(bank)
    assert (clock(case).status, clock(case).due_at, clock(case).warn_at) == ("running", CLOSE, NEAR)
    assert case.next_due == min(each.due_at for each in case.clocks.filter(status="running"))


def test_carried_out_by_then_keeps_it(bank):
    assert clock(carried_out(bank)).status == "kept"
    case = planned(bank)
    actions.carry_out(case.pk, done_on=DUE, by=bank.owner, at=CLOSE)
    assert (clock(case).status, clock(case).judged_at) == ("kept", CLOSE)


def test_past_it_the_breach_is_stamped_when_it_was_due(bank):
    case = planned(bank)
    assert judge_due(CLOSE) == 0
    judge_due(CLOSE + 2 * DAY)
    case.refresh_from_db()
    assert (case.lane, case.next_due) == (Lane.OVERDUE, CLOSE)
    [fact] = judged(case)
    assert (fact["verdict"], datetime.fromisoformat(fact["due"])) == ("broken", CLOSE)
    actions.carry_out(case.pk, done_on=DUE, by=bank.owner, at=CLOSE + 3 * DAY)
    assert (clock(case).status, clock(case).judged_at) == ("broken", CLOSE)
    assert len(judged(case)) == 1


def test_a_day_of_rest_moves_on_and_both_dates_are_said(bank):
    case = planned(bank, due_on=date(2026, 6, 27))  # a Saturday
    assert clock(case).due_at == datetime(2026, 6, 29, 17, 0, tzinfo=CHINA)
    assert clock(case).nominal_due_at == datetime(2026, 6, 27, 17, 0, tzinfo=CHINA)
    page = text(signed_in(bank.owner).get(f"/preventions/{case.number}"))
    assert "Carry out by the day set · by 2026-06-27" in page
    assert "ends on a rest day 06-27" in page
    assert "the day its owner set when planning" in page


def test_planned_once_more_it_has_a_day_of_its_own_and_the_history_stays(bank):
    case = verified(bank)
    actions.send_back(case.pk, by=bank.judge, at=AFTER + DAY)
    case = actions.plan(
        case.pk, change="改用系统拦截", due_on=date(2026, 8, 20), by=bank.owner, at=AFTER + 2 * DAY
    )
    assert (clock(case).status, clock(case).due_at.astimezone(CHINA).date()) == ("running", date(2026, 8, 20))
    assert [each["verdict"] for each in judged(case)] == ["kept"]
    judge_due(AFTER + 60 * DAY)
    assert [each["verdict"] for each in judged(case)] == ["kept", "broken"]


def test_its_clock_is_folded_from_facts_alone(bank):
    case = planned(bank)
    stored = clock(case)
    for at in (MONDAY + 2 * DAY, CLOSE, CLOSE + SECOND):
        state = folded(case, traits_of(case), at)["own_day"]
        assert (state.started_at, state.due_at) == (stored.started_at, stored.due_at)
        assert state.status == ("broken" if at > CLOSE else "running")
    stored.delete()
    settle(hold(case.pk), traits_of(case), now=MONDAY + 2 * DAY)
    assert clock(case).due_at == CLOSE


def another_calendar(off):
    """The calendar with one more day off, in force from the tenth of June."""
    present = shelf.current("calendar", "china")
    content = present.content + f'\n[[holidays]]\nname = "new_year"\nfirst = {off}\nlast = {off}\n'
    since = datetime(2026, 6, 10, tzinfo=CHINA)
    made = Edition.objects.create(
        kind="calendar", key="china", number=present.number + 1, content=content, digest="0" * 64,
        state=Edition.State.APPROVED, effective_from=since, drafted_at=since,
    )  # fmt: skip
    shelf.forget()
    return Succession(since, made)


def test_another_calendar_moves_it_as_counted_beforehand(bank):
    case, done = planned(bank), carried_out(bank, done_on=date(2026, 6, 8))
    step = another_calendar(off=DUE)
    now = MONDAY + 10 * DAY
    found = dict.fromkeys([case.pk, done.pk], ())
    for pk, each in batches.next_batch(case.calendar_id, None, [step], now, locked=False).moved():
        found[pk] += (each,)
    [moved] = [each for each in found[case.pk] if each.promise == "own_day"]
    assert (moved.was, moved.due) == (CLOSE, CLOSE + DAY)
    settle(hold(case.pk), traits_of(case), now=MONDAY + 10 * DAY)
    assert (clock(case).due_at, clock(case).nominal_due_at) == (CLOSE + DAY, CLOSE)
    assert "own_day" in [each["promise"] for each in data(case, "clock.moved")]
    assert clock(done).due_at == CLOSE
    assert not [each for each in found.get(done.pk, []) if each.promise == "own_day"]


def told(case):
    """Whom each rung told."""
    return [
        [each.person for each in rung.people.all()]
        for rung in Rung.objects.filter(case=case).order_by("place")
    ]


def seen(case, at):
    rung = Rung.objects.filter(case=case).order_by("place").last()
    acknowledge(rung.pk, by=rung.people.get().person, at=at)


def test_the_owner_then_who_heads_the_unit_then_the_next_above_is_told(bank):
    case = planned(bank)
    assert climb_due(NEAR) == 0
    climb_due(NEAR + SECOND)
    seen(case, NEAR + HOUR)
    climb_due(CLOSE + SECOND)
    seen(case, CLOSE + HOUR)
    third = datetime(2026, 7, 3, 17, 0, tzinfo=CHINA)
    climb_due(third + SECOND)
    assert told(case) == [[bank.owner], [bank.lead], [bank.judge]]
    assert [rung.at for rung in case.rungs.order_by("place")] == [NEAR, CLOSE, third]
    page = text(signed_in(bank.owner).get(f"/preventions/{case.number}"))
    assert "Who was told" in page
    actions.carry_out(case.pk, done_on=DONE, by=bank.owner, at=third + DAY)
    assert case.rungs.order_by("place").last().ended_at == third + DAY


def test_whoever_stands_aside_from_the_complaint_is_told_nothing(bank):
    about = a_case_elsewhere(bank)
    case = planned(bank, about=about.pk)
    Recusal.objects.create(case=about, person=bank.lead, ground="relative", declared_at=MONDAY)
    climb_due(NEAR + SECOND)
    seen(case, NEAR + HOUR)
    climb_due(CLOSE + SECOND)
    assert told(case) == [[bank.owner], [bank.judge]]


def test_the_list_shows_what_presses_most(bank):
    case = planned(bank)
    page = text(signed_in(bank.judge).get("/preventions?view=overdue"))
    assert case.number not in page
    judge_due(CLOSE + SECOND)
    page = text(signed_in(bank.judge).get("/preventions?view=overdue"))
    assert case.number in page
    assert "06-30 17:00" in page
    assert Case.objects.get(pk=case.pk).lane == Lane.OVERDUE
