"""The figure of preventions, with the cases behind it."""

import pytest

from yinuo.engines.cases.due import judge_due
from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.packs.preventions import actions
from yinuo.packs.preventions.measures import MEASURES, closed_share, own_day_share
from yinuo.packs.preventions.tests.bank import (
    AFTER,
    DAY,
    DUE,
    MONDAY,
    carried_out,
    number,
    opened,
    planned,
    verified,
)

JUNE = Window(Period.read("2026-06"))


@pytest.fixture
def four(bank, readings):
    """Better; cannot tell and ended as it is; measured again and not decided yet; not even planned in time."""
    readings["2026-05"], readings["2026-07"] = number(80), number(20)
    verified(bank)
    readings["2026-07"] = number(78)
    actions.end(verified(bank).pk, words="业务已停办。", by=bank.judge, at=AFTER + DAY)
    verified(bank)
    opened(bank)
    judge_due(MONDAY + 30 * DAY)
    return bank


def test_closed_by_its_measure_of_those_closed_or_overdue(four):
    sample = closed_share(JUNE)
    assert (sample.hits, sample.n, sample.unknown) == (1, 3, 1)


def test_the_cases_behind_a_figure_are_those_counted(four):
    measure = MEASURES[0]
    sample = measure.sample(JUNE)
    assert measure.cases(JUNE).count() == sample.n + sample.unknown
    assert not measure.cases(Window(JUNE.period, frozenset())).exists()
    assert measure.cases(Window(JUNE.period, frozenset({four.branch.pk}))).count() == 4
    assert not measure.cases(Window(Period.read("2026-05"))).exists()


def test_carried_out_by_the_day_set_of_those_carried_out_or_overdue(bank, readings):
    carried_out(bank)
    late, _overdue, running = planned(bank), planned(bank), planned(bank, due_on=DUE + 300 * DAY)
    actions.carry_out(late.pk, done_on=DUE, by=bank.owner, at=MONDAY + 31 * DAY)
    opened(bank)
    judge_due(MONDAY + 31 * DAY)
    sample = own_day_share(JUNE)
    assert (sample.hits, sample.n, sample.unknown) == (1, 3, 1)
    cases = MEASURES[1].cases(JUNE)
    assert cases.count() == sample.n + sample.unknown
    assert running in cases
