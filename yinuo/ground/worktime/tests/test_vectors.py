"""Dates worked out by hand or printed elsewhere: the handbook's vectors and the mock's."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from yinuo.ground.worktime import Span, shipped_calendar

CHINA = shipped_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2026-05-08", 3, "2026-05-12"),
    ],
)
def test_working_days_step_over_holidays_and_onto_working_weekends(start, number, end):
    assert CHINA.add_working_days(date.fromisoformat(start), number) == date.fromisoformat(end)
    assert CHINA.working_days(date.fromisoformat(start), date.fromisoformat(end)) == number
    assert CHINA.due(at(f"{start}T10:00"), Span(number, "working days")).at == at(f"{end}T17:00")


@pytest.mark.parametrize(
    ("start", "number", "nominal", "rolled"),
    [
        ("2026-09-18", 15, "2026-10-03", "2026-10-08"),
        ("2026-02-05", 15, "2026-02-20", "2026-02-24"),
        ("2026-02-05", 30, "2026-03-07", "2026-03-09"),
        ("2026-09-21", 15, "2026-10-06", "2026-10-08"),
        ("2026-09-28", 15, "2026-10-13", "2026-10-13"),
    ],
)
def test_natural_days_that_end_on_a_day_of_rest_keep_both_dates(start, number, nominal, rolled):
    due = CHINA.due(at(f"{start}T10:26"), Span(number, "days"))
    assert (due.nominal, due.at) == (at(f"{nominal}T17:00"), at(f"{rolled}T17:00"))
    kept = CHINA.due(at(f"{start}T10:26"), Span(number, "days", rolls=False))
    assert kept.nominal == kept.at == at(f"{nominal}T17:00")


def test_the_mock_is_right():
    start = at("2026-09-28T14:31")
    assert CHINA.due(start, Span.parse("2 working hours")).at == at("2026-09-28T16:31")
    assert CHINA.due(start, Span.parse("3 working days")).at == at("2026-10-08T17:00")
    assert CHINA.due(start, Span.parse("15 days")).at.date() == date(2026, 10, 13)


def test_the_mock_is_right_about_the_pause():
    start, span = at("2026-09-21T10:26"), Span.parse("5 working days")
    pause = (at("2026-09-22T16:40"), at("2026-09-24T16:40"))
    assert CHINA.due(start, span).at == at("2026-09-29T17:00")
    due = CHINA.due(start, span, [pause])
    assert due.at == at("2026-10-08T17:00")
    kinds = {f"{note.day:%m-%d}": note.number or note.kind for note in due.days}
    assert kinds["09-21"] == "day0"
    assert [kinds[day] for day in ("09-22", "09-28", "09-29", "09-30", "10-08")] == [1, 2, 3, 4, 5]
    assert kinds["09-23"] == kinds["09-24"] == "paused"
    assert [kind for kind in kinds.values()].count("holiday") == 10


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_the_years_have_as_many_working_days_as_published(year, days):
    assert CHINA.working_days(date(year - 1, 12, 31), date(year, 12, 31)) == days


def test_the_weekends_worked_are_the_published_ones():
    worked = {f"{day:%Y-%m-%d}" for day in CHINA.working_weekends if day.year > 2024}
    months = "2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"
    assert worked == set(f"{months} 2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11".split())


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-09-28T16:00", "2 working hours", "2026-09-29T10:00"),
        ("2026-09-30T16:31", "2 working hours", "2026-10-08T10:31"),
        ("2026-09-26T12:00", "8 working hours", "2026-09-28T17:00"),
        ("2026-09-28T07:00", "1 working hour", "2026-09-28T10:00"),
        ("2026-09-28T23:50", "30 minutes", "2026-09-29T00:20"),
        ("2026-09-30T14:31", "24 hours", "2026-10-01T14:31"),
        ("2026-09-30T14:31", "90 working minutes", "2026-09-30T16:01"),
    ],
)
def test_hours_count_from_the_moment(start, span, end):
    assert CHINA.due(at(start), Span.parse(span)).at == at(end)


@pytest.mark.parametrize("received", ["2026-09-29T17:00", "2026-09-29T23:59", "2026-09-29T00:00"])
def test_whatever_the_hour_the_day_of_receipt_is_day_0(received):
    assert CHINA.due(at(received), Span.parse("1 working day")).at == at("2026-09-30T17:00")


def test_received_on_a_day_of_rest_counts_from_the_next_day():
    assert CHINA.due(at("2026-10-03T11:00"), Span.parse("1 working day")).at == at("2026-10-08T17:00")
    assert CHINA.due(at("2026-09-20T11:00"), Span.parse("1 working day")).at == at("2026-09-21T17:00")


def test_day_0_is_the_day_of_the_calendar_not_of_the_input():
    late = datetime(2026, 9, 28, 16, 30, tzinfo=UTC)  # half past midnight on the 29th in Shanghai
    assert CHINA.due(late, Span.parse("1 working day")).at == at("2026-09-30T17:00")


def test_the_weekend_before_a_holiday_says_why():
    notes = {note.day: note for note in CHINA.due(at("2026-10-09T09:00"), Span.parse("2 working days")).days}
    assert notes[date(2026, 10, 10)].kind == "working_weekend"
    assert notes[date(2026, 10, 10)].number == 1
    assert notes[date(2026, 10, 10)].name.zh_hant == "國慶節"
    assert notes[date(2026, 10, 11)].kind == "rest"
    assert notes[date(2026, 10, 12)].kind == "counted"


def test_a_rolled_limit_shows_where_it_ended_and_where_it_landed():
    notes = CHINA.due(at("2026-09-21T10:26"), Span.parse("15 days")).days[-3:]
    assert [(note.day.day, note.kind, note.number) for note in notes] == [
        (6, "counted", 15),
        (7, "holiday", None),
        (8, "rolled", None),
    ]
    assert notes[0].name.en == notes[1].name.en == "National Day"


def test_hours_say_which_days_they_used():
    notes = CHINA.due(at("2026-09-30T16:31"), Span.parse("2 working hours")).days
    assert [note.kind for note in notes] == ["counted", *["holiday"] * 7, "counted"]
    assert [n.kind for n in CHINA.due(at("2026-09-29T18:00"), Span.parse("1 working hour")).days] == [
        "day0",
        "counted",
    ]
    pause = (at("2026-09-28T15:00"), at("2026-09-29T17:00"))
    paused = CHINA.due(at("2026-09-28T14:00"), Span.parse("3 working hours"), [pause])
    assert paused.at == at("2026-09-30T11:00")
    assert [note.kind for note in paused.days] == ["counted", "paused", "counted"]


@pytest.mark.parametrize(
    ("start", "span", "warn"),
    [
        ("2026-09-21T10:26", "5 working days", "2026-09-28T17:00"),
        ("2026-09-28T14:31", "2 working hours", "2026-09-28T16:07"),
        ("2026-09-21T10:26", "15 days", "2026-10-04T00:00"),
        ("2026-09-28T14:31", "15 minutes", "2026-09-28T14:41"),
        ("2026-09-28T14:31", "5 minutes", "2026-09-28T14:31"),
        ("2026-09-28T20:00", "5 working minutes", "2026-09-28T20:00"),
    ],
)
def test_it_warns_at_four_fifths_or_five_minutes_before(start, span, warn):
    assert CHINA.warn_at(at(start), Span.parse(span), Decimal("0.8")) == at(warn)


def test_a_legal_limit_warns_before_its_nominal_end():
    start, span = at("2026-09-21T10:26"), Span.parse("15 days")
    assert CHINA.warn_at(start, span, Decimal(1)) == CHINA.due(start, span).nominal


def test_a_year_without_its_notice_is_counted_by_the_weekday_and_says_so():
    due = CHINA.due(at("2026-12-30T10:00"), Span.parse("2 working days"))
    assert (due.at, due.unconfirmed) == (at("2027-01-01T17:00"), True)
    assert not CHINA.is_confirmed(2027)
    assert not CHINA.due(at("2026-12-29T10:00"), Span.parse("2 working days")).unconfirmed
    assert not CHINA.due(at("2026-12-30T10:00"), Span.parse("72 hours")).unconfirmed
    assert CHINA.due(at("2026-12-30T10:00"), Span.parse("15 days")).unconfirmed
    assert not CHINA.due(at("2026-12-30T10:00"), Span(15, "days", rolls=False)).unconfirmed


def test_a_pause_from_before_the_start_counts_from_the_start():
    pause = (at("2025-12-30T09:00"), at("2026-01-04T10:00"))
    due = CHINA.due(at("2026-01-03T12:00"), Span.parse("2 working hours"), [pause])
    assert due.at == at("2026-01-04T12:00")


def test_new_year_is_no_worse_a_day_to_start_than_any_other():
    start, span = at("2026-01-01T00:00"), Span.parse("5 working minutes")
    assert CHINA.due(start, span).at == at("2026-01-04T09:05")
    assert CHINA.warn_at(start, span, Decimal("0.8")) == start


def test_the_close_of_a_day_of_rest_is_the_usual_one():
    assert CHINA.close_of(date(2026, 10, 1)) == at("2026-10-01T17:00")
