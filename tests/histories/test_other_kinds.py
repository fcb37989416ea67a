"""A hundred lives each of call-backs, reviews and preventions: what must hold of every one of them."""

from collections import Counter

import pytest
from django.core.cache import cache
from django.db import connection

from tests.histories import other_kinds as kinds
from tests.histories.judge import faults
from tests.histories.lives import live
from yinuo.engines.measures import measure as registry
from yinuo.packs.preventions.tests.bank import MEASURE, a_measure

pytestmark = pytest.mark.django_db
EACH = 100
WAYS = {
    "call-backs": (kinds.CALL_BACKS, kinds.CALLED, kinds.callers),
    "reviews": (kinds.REVIEWS, kinds.REVIEWED, kinds.reviewers),
    "preventions": (kinds.PREVENTIONS, kinds.PREVENTED, kinds.preventers),
}


@pytest.fixture(autouse=True)
def _measured(monkeypatch, settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    cache.clear()
    monkeypatch.setitem(registry._measures, MEASURE, a_measure(kinds.Figures()))


@pytest.mark.parametrize("name", WAYS)
def test_whatever_happens_to_it_its_state_is_what_its_facts_say(name):
    way, aliases, some = WAYS[name]
    people, done, refused = some(), Counter(), Counter()
    each = EACH if connection.vendor == "sqlite" else EACH // 5
    for number in range(each):
        life = live(number, people, way=way)
        assert not faults(life), f"{life}\n{faults(life)}"
        done += life.done
        refused += life.refused
    if each == EACH:
        verbs = set(way.verbs) - set(aliases)
        assert verbs - set(done) == set(), "verbs that never happened"
        assert len(refused) >= 3, "hardly anything was ever refused"


def test_a_judge_sees_a_day_that_nobody_gave():
    people = kinds.preventers()
    lives = (live(number, people, way=kinds.PREVENTIONS) for number in range(50))
    life = next(life for life in lives if life.case.clocks.filter(promise="own_day").exists())
    clock = life.case.clocks.get(promise="own_day")
    clock.due_at += kinds.DAY
    clock.save()
    assert [fault.split(":")[0] for fault in faults(life)] == ["own_day"]
