"""Two thousand lives of a complaint, each another: what must hold of every one of them.

On PostgreSQL the first tenth of them: what a database could change shows there too.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from tests.histories import judge
from tests.histories.deeds import ALIASES, VERBS
from tests.histories.judge import faults
from tests.histories.lives import live, some_people
from yinuo.facts.models import Fact

PARTS, EACH = 8, 250


@pytest.fixture
def people(db):
    return some_people()


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_to_a_complaint_its_state_is_what_its_facts_say(people, part):
    each = EACH if connection.vendor == "sqlite" else EACH // 10
    done, refused = Counter(), Counter()
    for number in range(part * EACH, part * EACH + each):
        life = live(number, people)
        assert not faults(life), f"{life}\n{faults(life)}"
        done += life.done
        refused += life.refused
    if each == EACH:
        verbs = set(VERBS) - set(ALIASES)
        never = verbs - set(done)  # one that needs another before it (claim) may be missing among 250 lives
        assert set(done) <= verbs
        assert len(never) <= 2, f"verbs that never happened: {never}"
        assert len(refused) > 15, "hardly anything was ever refused"


def test_the_same_number_is_the_same_life(people):
    assert live(7, people).trail == live(7, people).trail


def test_a_judge_sees_a_clock_that_is_an_hour_off(people):
    life = live(3, people)
    clock = life.case.clocks.exclude(due_at=None).first()
    clock.due_at += timedelta(hours=1)
    clock.save()
    assert [fault.split(":")[0] for fault in faults(life)] == [clock.promise]


def test_a_judge_sees_a_step_that_no_fact_opened(people):
    life = live(3, people)
    life.case.steps.update(done_at=None, cancelled=False)
    assert any(fault.startswith("steps:") for fault in faults(life))


def test_a_judge_sees_a_marking_that_facts_do_not_lead_to(people):
    life = live(3, people)
    life.case.marking = {**life.case.marking, "next": 99}
    life.case.save(update_fields=["marking"])
    assert any(fault.startswith("marking:") for fault in faults(life))


def test_a_judge_sees_a_unit_that_no_fact_gave_it_to(people):
    life = live(3, people)
    life.case.handling_unit = people.units[-1]
    life.case.save(update_fields=["handling_unit"])
    assert any(fault.startswith("unit:") for fault in faults(life))


def test_lives_pass_over_days_of_rest(people):
    """Otherwise the calendar would not be asked anything."""
    lives = [live(number, people) for number in range(30)]
    days = {at.date() for life in lives for at in _times(life)}
    assert sum(not judge.ruler().works[day] for day in days) > 5


def _times(life):
    facts = Fact.objects.filter(case_id=life.case.pk)
    return [at.astimezone(life.at.tzinfo) for at in facts.values_list("occurred_at", flat=True)]
