"""Periods read as people write them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.engines.measures.periods import Period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text, first, last):
    period = Period.read(text)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2026Q5", "2026-13", "26", "2026Q", "9999", "2026-1", "今年", "2026Q3; --"]
)
def test_what_is_no_period_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="write 2026, 2026Q3 or 2026-09"):
        Period.read(text)


@given(st.dates(date(1991, 1, 1), date(2190, 1, 1)))
def test_a_day_lies_in_its_quarter(day):
    period = Period.quarter_of(day)
    assert period.first <= day <= period.last


@given(st.dates(date(1995, 1, 1), date(2190, 1, 1)), st.sampled_from(["{0:%Y}", "{0:%Y-%m}", "quarter"]))
def test_periods_follow_each_other_without_gap(day, shape):
    period = Period.quarter_of(day) if shape == "quarter" else Period.read(shape.format(day))
    assert period.previous().last == period.first - timedelta(days=1)
    assert period.following().first == period.last + timedelta(days=1)
    assert period.previous().following() == period


def test_a_period_begins_at_midnight_of_the_banks_zone():
    start, end = Period.read("2026-09").moments(ZoneInfo("Asia/Shanghai"))
    assert start.isoformat() == "2026-09-01T00:00:00+08:00"
    assert end.isoformat() == "2026-10-01T00:00:00+08:00"
