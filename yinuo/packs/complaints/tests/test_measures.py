"""Measures of complaints agree with a plain count of the same cases, and open exactly the cases counted."""

from datetime import date, timedelta
from decimal import Decimal
from statistics import mean

import pytest

from yinuo.engines.cases.clocks import applicable
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.engines.promises.promise import parse_promises
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.tests.bank import MONDAY, closed, graded

SEPTEMBER = Period.read("2026-09")
DAY = timedelta(days=1)


def weekdays(first: date, last: date) -> int:
    """Days after the first up to the last that are Monday to Friday; the week has no holiday."""
    return sum((first + DAY * n).weekday() < 5 for n in range(1, (last - first).days + 1))


def test_the_mean_counts_working_days_from_receipt_to_close_with_nothing_subtracted(bank):
    cases = [closed(bank, at=MONDAY + DAY * n) for n in (0, 1, 3)]
    sample = measure_named("complaints.handling_days").sample(Window(SEPTEMBER))
    counted = [weekdays(case.opened_at.date(), case.closed_at.date()) for case in cases]
    assert sample.n == 3
    assert sample.value == Decimal(sum(counted)) / 3
    assert float(sample.value) == pytest.approx(mean(counted))


def test_within_24_hours_counts_clock_hours(bank):
    closed(bank)  # two days and an hour
    sample = measure_named("complaints.within_24_hours").sample(Window(SEPTEMBER))
    assert (sample.n, sample.hits) == (1, 0)
    case = closed(bank, at=MONDAY + DAY)
    case.complaint.handling_minutes = 24 * 60
    case.complaint.save()
    sample = measure_named("complaints.within_24_hours").sample(Window(SEPTEMBER))
    assert (sample.n, sample.hits) == (2, 1)


def test_a_figure_opens_exactly_the_cases_it_counts(bank):
    ended = closed(bank)
    graded(bank)
    measure = measure_named("complaints.handling_days")
    assert list(measure.cases(Window(SEPTEMBER))) == [ended]
    assert measure.sample(Window(SEPTEMBER)).n == 1


def test_a_figure_never_counts_units_out_of_reach(bank):
    closed(bank)
    nowhere = Window(SEPTEMBER, frozenset({bank.south.pk}))
    centre = Window(SEPTEMBER, frozenset({bank.centre.pk}))
    assert measure_named("complaints.handling_days").sample(nowhere).n == 0
    assert measure_named("complaints.handling_days").sample(centre).n == 1


def test_a_slice_narrows_the_cases_and_an_unknown_way_to_slice_gives_none(bank):
    closed(bank)
    measure = measure_named("complaints.coded")
    assert measure.cases(Window(SEPTEMBER, slice="business:B-03.1")).count() == 1
    assert measure.cases(Window(SEPTEMBER, slice="business:B-99")).count() == 0
    assert measure.cases(Window(SEPTEMBER, slice="colour:red")).count() == 0


def test_a_promise_may_hold_for_one_level_only():
    promises = parse_promises(
        """
        [major]
        name = { zh-hans = "重大", en = "Major", zh-hant = "重大" }
        starts = "complaints.received"
        stops = "complaints.answered"
        within = "1 working day"
        when = { level = ["major"] }
        """
    )
    assert [p.key for p in applicable(promises, {"level": "major"})] == ["major"]
    assert applicable(promises, {"level": "ordinary"}) == []
    assert applicable(promises, {}) == []


def test_hotline_letter_and_suggestion_box_are_ways_in(bank):
    assert {"portal", "hotline", "letter", "box", "counter", "regulator"} <= codes("complaint_source")
