"""Every count equals the one made minute by minute, for any calendar and any time zone of the input."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from yinuo.ground.worktime import Span
from yinuo.ground.worktime.tests.reference import DAY, MINUTE, Plan, local_times, plans, zones

modest = settings(max_examples=80, deadline=None)


def end_of_working_minutes(plan: Plan, start: datetime, number: int) -> datetime:
    while number:
        number -= plan.is_open(start)
        start += MINUTE
    return start


@modest
@given(plans(), local_times, st.integers(0, 12_000), zones)
def test_working_minutes_are_those_of_the_reference(plan, a, length, zone):
    b = a + MINUTE * length
    seen_abroad = plan.aware(a).astimezone(ZoneInfo(zone)), plan.aware(b).astimezone(ZoneInfo(zone))
    assert plan.calendar.working_minutes(*seen_abroad) == plan.working_minutes(a, b)


@modest
@given(plans(), local_times, st.integers(1, 1_500), zones)
def test_working_minutes_end_where_the_reference_ends(plan, start, number, zone):
    due = plan.calendar.due(plan.aware(start).astimezone(ZoneInfo(zone)), Span(number, "working minutes"))
    assert plan.local(due.at) == plan.local(due.nominal) == end_of_working_minutes(plan, start, number)


@modest
@given(plans(), local_times, st.integers(1, 24))
def test_working_hours_are_sixty_working_minutes(plan, start, number):
    hours, minutes = Span(number, "working hours"), Span(number * 60, "working minutes")
    assert plan.calendar.due(plan.aware(start), hours) == plan.calendar.due(plan.aware(start), minutes)


@modest
@given(plans(), local_times, st.integers(0, 400), st.integers(0, 40))
def test_working_days_are_those_of_the_reference(plan, start, length, number):
    a = start.date()
    assert plan.calendar.working_days(a, a + DAY * length) == plan.working_days(a, a + DAY * length)
    assert plan.calendar.add_working_days(a, number) == plan.add_working_days(a, number)


@modest
@given(plans(), local_times, st.integers(1, 20), zones)
def test_a_working_day_limit_ends_at_the_close_of_its_last_day(plan, start, number, zone):
    due = plan.calendar.due(plan.aware(start).astimezone(ZoneInfo(zone)), Span(number, "working days"))
    assert plan.local(due.at) == plan.close_of(plan.add_working_days(start.date(), number))
    assert due.nominal == due.at


@modest
@given(plans(), local_times, st.integers(1, 40), st.booleans(), zones)
def test_a_natural_day_limit_rolls_to_the_next_working_day(plan, start, number, rolls, zone):
    last = start.date() + DAY * number
    due = plan.calendar.due(plan.aware(start).astimezone(ZoneInfo(zone)), Span(number, "days", rolls))
    assert plan.local(due.nominal) == plan.close_of(last)
    assert plan.local(due.at) == plan.close_of(plan.rolled(last) if rolls else last)


@modest
@given(plans(), local_times, st.integers(1, 3_000), zones)
def test_plain_minutes_take_no_notice_of_the_calendar(plan, start, number, zone):
    due = plan.calendar.due(plan.aware(start).astimezone(ZoneInfo(zone)), Span(number, "minutes"))
    assert plan.local(due.at) == start + MINUTE * number
    assert not due.unconfirmed


@modest
@given(plans(), local_times, st.integers(1, 12), st.sampled_from(["working days", "days"]))
def test_unconfirmed_says_that_the_date_may_still_move(plan, start, number, unit):
    due = plan.calendar.due(plan.aware(start), Span(number, unit))
    first = start if unit == "working days" else start + DAY * number
    years = {first.year, (plan.local(due.at) - MINUTE).year}
    assert due.unconfirmed == bool(years - set(plan.confirmed))


@modest
@given(plans(), local_times, st.integers(1, 1_000), st.integers(1, 100))
def test_the_warning_comes_when_the_share_is_used(plan, start, number, percent):
    warn_at = plan.calendar.warn_at(
        plan.aware(start), Span(number, "working minutes"), Decimal(percent) / 100
    )
    gone = min(-(-number * percent // 100), max(number - 5, 0))
    warned = plan.local(warn_at)
    whole = warned if warned == warned.replace(second=0, microsecond=0) else warned.replace(second=0) + MINUTE
    assert whole.replace(microsecond=0) == end_of_working_minutes(plan, start, gone)


@modest
@given(plans(), local_times, st.integers(1, 8), st.sampled_from(["working days", "days"]))
def test_the_days_explain_the_date(plan, start, number, unit):
    due = plan.calendar.due(plan.aware(start), Span(number, unit))
    first, last = start.date(), (plan.local(due.at) - MINUTE).date()
    assert [note.day for note in due.days] == [first + DAY * step for step in range((last - first).days + 1)]
    assert [note.number for note in due.days if note.number] == list(range(1, number + 1))
    assert due.days[0].kind == "day0"
    for note in due.days[1:]:
        assert bool(plan.open_minutes(note.day)) == (note.kind not in ("holiday", "rest")) or unit == "days"
        assert (note.kind == "holiday") <= (note.day in plan.off)


@modest
@given(plans(), local_times, st.integers(0, 59), st.integers(1, 500))
def test_seconds_are_kept(plan, start, seconds, number):
    odd = timedelta(seconds=seconds, microseconds=7)
    due = plan.calendar.due(plan.aware(start + odd), Span(number, "working minutes"))
    assert plan.calendar.working_time(plan.aware(start + odd), due.at) == MINUTE * number
