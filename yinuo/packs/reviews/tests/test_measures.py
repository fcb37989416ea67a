"""The figures of reviews, with the cases behind them."""

import pytest

from yinuo.engines.cases.due import judge_due
from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.packs.reviews import actions
from yinuo.packs.reviews.measures import MEASURES, changed_share, in_time_share
from yinuo.packs.reviews.tests.bank import ASKED, DAY, REASONS, a_review

SEPTEMBER = Window(Period.read("2026-09"))


def told(sample):
    return sample.hits, sample.n, sample.unknown


@pytest.fixture
def four(bank):
    """Upheld in time, changed in time, changed too late; and one that is not decided."""
    for outcome, days in (("upheld", 5), ("changed", 6), ("changed", 50)):
        case = a_review(bank)
        if days == 50:
            judge_due(ASKED + 49 * DAY)
        at = ASKED + days * DAY
        actions.decide(case.pk, outcome=outcome, reasons=REASONS, by=bank.reviewer, at=at)
    a_review(bank)
    return bank


def test_in_time_of_those_judged_and_what_still_has_time_is_not_known(four):
    assert told(in_time_share(SEPTEMBER)) == (2, 3, 1)


def test_changed_of_those_decided(four):
    assert told(changed_share(SEPTEMBER)) == (2, 3, 1)
    low, high = changed_share(SEPTEMBER).interval
    assert 0 < low < high < 1


def test_the_cases_behind_a_figure_are_those_counted(four):
    for measure in MEASURES:
        sample = measure.sample(SEPTEMBER)
        assert measure.cases(SEPTEMBER).count() == sample.n + sample.unknown
        assert not measure.cases(Window(Period.read("2026-09"), frozenset())).exists()
        assert not measure.cases(Window(Period.read("2026-08"))).exists()
