"""The figures of call-backs, with the cases behind them."""

from datetime import timedelta

import pytest

from yinuo.engines.cases.due import judge_due
from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.ground.people.postings import appoint
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.measures import MEASURES, reached_share, satisfied_share, third_party_share
from yinuo.packs.callbacks.tests.bank import DAY, MONDAY, SINCE, a_call_back, a_person

SEPTEMBER = Window(Period.read("2026-09"))
LATER = MONDAY + timedelta(hours=3)


def told(sample):
    return sample.hits, sample.n, sample.unknown


@pytest.fixture
def four_ends(bank):
    """Satisfied by another unit, not satisfied by the same unit, did not want to, overdue; and one still in time."""
    insider = a_person()
    appoint(insider, "callback_agent", bank.desk, valid_from=SINCE)
    actions.conclude(a_call_back(bank).pk, outcome="satisfied", by=bank.caller, at=LATER)
    actions.conclude(a_call_back(bank).pk, outcome="not_satisfied", words="没有退款", by=insider, at=LATER)
    actions.conclude(a_call_back(bank).pk, outcome="refused", by=bank.caller, at=LATER)
    a_call_back(bank)
    judge_due(MONDAY + 8 * DAY)
    a_call_back(bank, at=MONDAY + 8 * DAY)
    return bank


def test_reached_of_those_due_and_what_still_has_time_is_not_known(four_ends):
    assert told(reached_share(SEPTEMBER)) == (2, 4, 1)


def test_satisfied_and_by_another_unit_of_those_reached(four_ends):
    assert told(satisfied_share(SEPTEMBER)) == (1, 2, 0)
    assert told(third_party_share(SEPTEMBER)) == (1, 2, 0)


def test_the_cases_behind_a_figure_are_those_counted(four_ends):
    for measure in MEASURES:
        sample = measure.sample(SEPTEMBER)
        assert measure.cases(SEPTEMBER).count() == sample.n + sample.unknown
        assert not measure.cases(Window(Period.read("2026-09"), frozenset())).exists()
        assert not measure.cases(Window(Period.read("2026-08"))).exists()
