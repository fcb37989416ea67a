"""Days: what is meant is read, what cannot be is refused, what could be two days says so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.tables import DayUnreadable, read_day


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1/26/2016", "us"),
        ("01/26/16", "us"),
        ("1/26/2016 14:05", "us"),
        ("2016-01-26", "iso"),
        ("2016-01-26T23:59:59Z", "iso"),
        ("2016-01-26T12:00:00-05:00", "iso"),
        (" 2016-1-26 09:30 ", "iso"),
        ("2016/1/26", "year-first"),
        ("2016年1月26日", "year-first"),
    ],
)
def test_every_form_is_read_as_the_day_written(text, form):
    read = read_day(text)
    assert (read.day, read.form, read.ambiguous) == (date(2016, 1, 26), form, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "N/A",
        "13/13/2016",
        "2/30/2016",
        "2016-02-30",
        "26.1.2016",
        "2016-01",
        "1/2/345",
        "١/٢/٢٠١٦x",
        "0000-01-01",
    ],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(DayUnreadable):
        read_day(text)


def test_two_digit_years_follow_posix():
    assert read_day("1/1/68").day.year == 2068
    assert read_day("1/1/69").day.year == 1969


@given(st.dates(date(1000, 1, 1)))
def test_only_days_that_could_be_read_both_ways_are_ambiguous(day):
    read = read_day(f"{day.month}/{day.day}/{day.year}")
    assert read.day == day
    assert read.ambiguous == (day.day <= 12 and day.day != day.month)
