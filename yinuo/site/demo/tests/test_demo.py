"""The demonstration bank: invented, the same each time, in every state, true to the published shares."""

import ast
import csv
import re
from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.site.demo import Complaint, make_bank, write_csvs
from yinuo.site.demo.calling import draw_calls
from yinuo.site.demo.content import answers_to, phrases, stories
from yinuo.site.demo.course import STATES
from yinuo.site.demo.rating import draw_rating
from yinuo.site.demo.reviewing import draw_review
from yinuo.site.demo.shares import BUSINESS, CAUSE, apportion, joint_shares

TODAY = date(2026, 11, 21)
SHARES = joint_shares({(story.business, story.cause) for story in stories()})


@pytest.fixture(scope="module")
def bank():
    return make_bank(TODAY)


def test_the_same_arguments_give_the_same_bank(bank):
    assert make_bank(TODAY) == bank
    assert make_bank(TODAY, seed=2) != bank


def test_one_city_four_branches_six_departments_thirty_one_people(bank):
    assert Counter(unit.kind for unit in bank.units) == {
        "head_office": 1,
        "complaint_centre": 1,
        "public": 1,
        "department": 5,
        "city": 1,
        "branch": 4,
    }
    assert len(bank.people) == len({person.username for person in bank.people}) == 31
    codes = [unit.code for unit in bank.units]
    assert all(unit.parent in codes[:place] for place, unit in enumerate(bank.units) if unit.parent)


def test_no_account_joins_two_of_the_three_officers(bank):
    held = {}
    for posting in bank.postings:
        held.setdefault(posting.staff_number, set()).add(posting.role)
    assert all(len(roles & {"sysadmin", "secadmin", "auditor"}) <= 1 for roles in held.values())
    assert {role for roles in held.values() for role in roles} == {
        "officer", "handler", "lead", "quality_head", "compliance", "branch_head", "president",
        "sysadmin", "secadmin", "auditor", "callback_agent", "reviewer",
    }  # fmt: skip


@pytest.mark.parametrize("today", [TODAY, date(2026, 11, 23), date(2026, 10, 5), date(2027, 3, 1)])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_state_is_there_whatever_the_day(today, seed):
    states = Counter(complaint.state for complaint in make_bank(today, seed=seed).complaints)
    assert set(states) == {"new", "graded", "investigating", "waiting", "answered", "closed"}
    assert min(states.values()) >= 3


def test_steps_come_in_order_and_never_after_now(bank):
    for complaint in bank.complaints:
        times = [getattr(complaint, step) for step in STATES]
        reached = [time for time in [complaint.received_at, *times] if time]
        assert reached == sorted(reached)
        assert reached[-1] <= bank.now
        assert bank.now - complaint.received_at < timedelta(days=121)
        last = [step for step, time in zip(STATES, times, strict=True) if time]
        assert complaint.state == (STATES[last[-1]] if last else "new")


def test_work_is_done_in_working_hours(bank):
    for complaint in bank.complaints:
        for step in set(STATES) - {"waiting_until"}:
            if at := getattr(complaint, step):
                assert at.weekday() < 5
                assert 9 * 60 <= at.hour * 60 + at.minute <= 17 * 60


def test_some_promises_are_broken_and_most_are_kept(bank):
    answered = [c for c in bank.complaints if c.answered_at]
    late = [c for c in answered if (c.answered_at.date() - c.received_at.date()).days > 15]
    assert 0 < len(late) < len(answered) * 0.1
    assert any(c.state == "investigating" and (bank.now - c.received_at).days > 15 for c in bank.complaints)


def test_what_is_not_decided_has_no_outcome_and_what_is_has_a_letter(bank):
    for complaint in bank.complaints:
        decided = complaint.answered_at is not None
        assert bool(complaint.answer) == decided
        assert all(bool(matter.outcome) == decided for matter in complaint.matters)
        assert all(
            (matter.redress_fen > 0) == (matter.outcome == "money-redress") for matter in complaint.matters
        )
        assert bool(complaint.handler) == bool(complaint.graded_at or complaint.refused_at)


def test_a_few_are_withdrawn_not_accepted_and_opened_again(bank):
    ends = [
        Counter(bool(at) for at in times)
        for times in zip(
            *((c.refused_at, c.withdrawn_at, c.reopened_at, c.again_at) for c in bank.complaints), strict=True
        )
    ]
    assert all(2 <= counted[True] < 60 for counted in ends), ends
    for complaint in bank.complaints:
        assert bool(complaint.end_words) == any(
            (complaint.refused_at, complaint.withdrawn_at, complaint.reopened_at)
        )
        assert not (complaint.withdrawn_at and complaint.answered_at)
        assert complaint.reopened_at is None or complaint.closed_at < complaint.reopened_at <= bank.now


def test_a_few_that_are_worked_on_were_brought_by_somebody_who_speaks_for_the_customer(bank):
    brought = [complaint for complaint in bank.complaints if complaint.speaker]
    known = {customer.number for customer in bank.customers}
    assert len(brought) == 3
    assert {complaint.relation for complaint in brought} == {"family", "lawyer", "guardian"}
    assert [bool(complaint.authority_checked_at) for complaint in brought].count(True) == 2
    for complaint in brought:
        assert complaint.speaker in known - {each.customer for each in bank.complaints}
        assert (complaint.officer, complaint.state in ("graded", "investigating")) == ("", True)
        assert complaint.authority_checked_at is None or complaint.graded_at <= complaint.authority_checked_at


def test_no_two_complaints_read_the_same_and_no_place_stays_open(bank):
    texts = [complaint.text for complaint in bank.complaints]
    assert len(set(texts)) == len(texts) == 400
    assert not any(re.search(r"[{}]", complaint.text + complaint.answer) for complaint in bank.complaints)
    assert max(Counter(complaint.subject for complaint in bank.complaints).values()) <= 10


def test_call_backs_are_tried_on_working_days_of_their_own_and_end_in_every_way():
    closed = datetime(2026, 9, 18, 16, 0, tzinfo=UTC)
    drawn = [
        draw_calls(Random(n), closed, closed + timedelta(days=30), "en", lambda day: day.weekday() < 5)
        for n in range(400)
    ]
    for calls in drawn:
        tried = [call.at.date() for call in calls if call.failed]
        assert len(set(tried)) == len(tried) <= 3
        assert all(call.at.weekday() < 5 and call.at > closed for call in calls)
    assert {calls[-1].outcome for calls in drawn if calls} == {
        "satisfied", "not_satisfied", "other", "refused", "not_reached",
    }  # fmt: skip
    assert 0 < sum(not calls for calls in drawn) < 80
    assert draw_calls(Random(1), closed, closed, "en", lambda day: True) == []


def test_fewer_than_half_rate_and_every_score_is_given():
    closed = datetime(2026, 9, 18, 16, 0, tzinfo=UTC)
    drawn = [draw_rating(Random(n), closed, closed + timedelta(days=30), "en") for n in range(600)]
    rated = [one for one in drawn if one]
    assert 0.35 < len(rated) / len(drawn) < 0.5
    assert {one.rating for one in rated} == {1, 2, 3, 4, 5}
    assert all(one.at > closed for one in rated)
    assert draw_rating(Random(1), closed, closed, "en") is None


def test_customers_are_visibly_invented(bank):
    assert all(re.fullmatch(r"1380000\d{4}", customer.phone) for customer in bank.customers)
    assert all(customer.email.endswith("@example.com") for customer in bank.customers)
    assert len({customer.phone for customer in bank.customers}) == len(bank.customers) < 400


def test_business_and_cause_follow_the_published_shares(bank):
    first = [complaint.matters[0] for complaint in bank.complaints]
    for shares, field in ((BUSINESS, "business"), (CAUSE, "cause")):
        counted = Counter(getattr(matter, field) for matter in first)
        for code, share in shares.items():
            assert abs(counted[code] - 4 * share) <= 3, (code, counted[code], 4 * share)
    assert any(len(complaint.matters) == 2 for complaint in bank.complaints)


def test_there_are_many_stories_each_with_an_answer():
    assert len(stories()) >= 100
    assert len({story.id for story in stories()}) == len(stories())
    for story in stories():
        assert answers_to(story)
        assert story.language != "zh-hans" or phrases().endings[story.request]
        assert story.business in BUSINESS
        assert story.cause in CAUSE


@given(st.integers(0, 2000))
def test_apportioning_adds_up_and_is_never_off_by_one_or_more(total):
    shares = SHARES
    counts = apportion(total, shares)
    assert sum(counts.values()) == total
    whole = sum(shares.values())
    assert all(abs(counts.get(pair, 0) - total * share / whole) < 1 for pair, share in shares.items())


def test_the_files_hold_the_bank(bank, tmp_path):
    paths = {path.stem: path for path in write_csvs(bank, tmp_path)}
    rows = {
        name: list(csv.DictReader(path.open(encoding="utf-8", newline=""))) for name, path in paths.items()
    }
    assert set(rows) == {"units", "people", "postings", "customers", "complaints", "matters"}
    assert list(rows["complaints"][0]) == [f.name for f in fields(Complaint) if f.name != "matters"]
    assert len(rows["matters"]) == sum(len(complaint.matters) for complaint in bank.complaints)
    first, read = bank.complaints[0], rows["complaints"][0]
    assert (read["text"], read["received_at"]) == (first.text, first.received_at.isoformat())
    known = {row["number"] for row in rows["customers"]}
    staff = {row["staff_number"] for row in rows["people"]} | {""}
    units = {row["code"] for row in rows["units"]}
    for row in rows["complaints"]:
        assert row["customer"] in known
        assert {row["officer"], row["handler"]} <= staff
        assert {row["owning_unit"], row["complained_unit"], row["handling_unit"]} <= units


BY_HAND = {
    "load.py",
    "beside.py",
    "preventing.py",
    "passing.py",
    "twice.py",
}  # through the importers and the verbs of the bank


def test_what_is_made_up_is_made_without_django():
    makers = [path for path in Path(__file__).parents[1].glob("*.py") if path.name not in BY_HAND]
    for path in makers:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
                )
                assert not any(name.split(".")[0] == "django" for name in names), path.name


def test_a_few_answers_are_reviewed_and_every_end_comes_up():
    answered = datetime(2026, 9, 18, 16, 0, tzinfo=UTC)
    later = answered + timedelta(days=60)
    drawn = [draw_review(Random(n), answered, later, "en", lambda day: day.weekday() < 5) for n in range(900)]
    asked = [one for one in drawn if one]
    assert 40 < len(asked) < 120
    assert {(one.outcome, bool(one.again_at)) for one in asked} == {("upheld", False), ("changed", True)}
    for one in asked:
        times = [at for at in (answered, one.asked_at, one.decided_at, one.again_at) if at]
        assert times == sorted(set(times))
        assert all(at.weekday() < 5 for at in times)
    early = [
        draw_review(Random(n), answered, answered + timedelta(days=12), "en", lambda day: True)
        for n in range(900)
    ]
    assert any(one and not one.decided_at for one in early)
