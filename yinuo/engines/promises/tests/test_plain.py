"""What is worked out once for all starts of a day is what the fold and the ladder tell of each of them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinuo.engines.promises.fold import Moment, fold
from yinuo.engines.promises.ladder import next_rung
from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.plain import Reckoner, is_plain
from yinuo.engines.promises.promise import Promise
from yinuo.engines.promises.rungs import Rung
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span
from yinuo.ground.worktime.reading import parse_calendar
from yinuo.ground.worktime.tests.reference import MINUTE, local_times, plans

NAME = Words("诺", "promise", "諾")
WITHIN = [
    "1 minute",
    "100 minutes",
    "24 hours",
    "2 working hours",
    "1 working day",
    "3 working days",
    "1 day",
    "15 days",
]
OFFICE = """
zone = "Asia/Shanghai"
confirmed = []
name = { zh-hans = "历", en = "office", zh-hant = "曆" }
[names]
[hours]
mon = ["09:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]
working_weekend = ["09:00-17:00"]
"""
SHARES = ["0.001", "0.2", "0.6", "0.8", "1"]


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    rungs = [
        Rung("unit", at=Decimal(share))
        for share in sorted(draw(st.sets(st.sampled_from(SHARES), max_size=2)))
    ]
    if draw(st.booleans()):
        rungs.append(
            Rung(
                "higher",
                after=Span(draw(st.integers(1, 9)), draw(st.sampled_from(["working hours", "working days"]))),
            )
        )
    return Promise(
        "promise", NAME, ("received",), ("answered",), Span.parse(draw(st.sampled_from(WITHIN)), rolls=draw(st.booleans())),
        warn=Decimal(draw(st.sampled_from(SHARES))), ladder=tuple(rungs), acknowledge=draw(st.none() | st.just(Span(2, "working hours"))),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    plan=plans(),
    promise=promises(),
    at=local_times,
    gaps=st.lists(st.integers(0, 1_500), min_size=1, max_size=6),
)
def test_every_start_has_what_the_fold_and_the_ladder_tell_of_it(plan, promise, at, gaps):
    calendar = plan.calendar
    reckoner = Reckoner(promise, calendar)
    for start in (plan.aware(at + MINUTE * gap) for gap in [0, *gaps, 0]):
        state = fold(promise, [Moment("received", start)], calendar, start)
        rung = next_rung(promise, state, calendar, ())
        found = reckoner.of(start)
        assert (found.due_at, found.climb_at) == (state.due_at, rung and rung.at)
        assert found.state.nominal_due_at == state.nominal_due_at
        assert found.state.warn_at == state.warn_at
        assert (found.state.within, found.state.pauses, found.state.paused_minutes) == (state.within, (), 0)


def test_starts_of_a_day_share_one_answer_and_those_of_two_days_none():
    calendar = parse_calendar(OFFICE)
    promise = Promise("promise", NAME, ("received",), ("answered",), Span(3, "working days"))
    reckoner, morning = Reckoner(promise, calendar), datetime(2026, 9, 14, 9, 30, tzinfo=calendar.zone)
    first = reckoner.of(morning)
    assert reckoner.of(morning + timedelta(hours=14)) is first
    assert reckoner.of(morning + timedelta(hours=15)).due_at == first.due_at + timedelta(days=1)


def test_a_limit_in_hours_is_worked_out_for_every_start():
    calendar = parse_calendar(OFFICE)
    promise = Promise("promise", NAME, ("received",), ("answered",), Span(2, "working hours"))
    reckoner, morning = Reckoner(promise, calendar), datetime(2026, 9, 14, 9, 30, tzinfo=calendar.zone)
    gap = timedelta(minutes=20)
    assert reckoner.of(morning + gap).due_at == reckoner.of(morning).due_at + gap


@pytest.mark.parametrize(
    ("kinds", "plain"),
    [
        (["received"], True),
        (["received", "graded", "noted"], True),
        (["received", "received"], False),
        (["received", "asked"], False),
        (["received", "asked", "told"], False),
        (["received", "longer"], False),
        (["received", "merged", "separated"], False),
        (["answered"], False),
        ([], False),
    ],
)
def test_one_start_and_nothing_else_that_moves_the_clock_is_plain(kinds, plain):
    promise = Promise(
        "promise", NAME, ("received",), ("answered",), Span(3, "working days"), ("asked",), ("told",), pausable=True,
        extends={"longer": Span(5, "working days")}, lapses=("merged",), restores={"separated": "merged"},
    )  # fmt: skip
    assert is_plain(promise, kinds) is plain


def test_a_limit_that_is_a_day_is_never_plain():
    promise = Promise("promise", NAME, ("planned",), ("done",), Given(), until=("planned",))
    assert not is_plain(promise, ["planned"])
