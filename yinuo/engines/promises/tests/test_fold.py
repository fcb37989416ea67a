"""The clock fold, story by story."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from yinuo.engines.promises.fold import ClockState, Moment, fold, fold_runs
from yinuo.engines.promises.promise import Promise
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span, shipped_calendar

CHINA = shipped_calendar()
NAME = Words("诺", "promise", "諾")
LATE = "2026-12-01T00:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def a_promise(within: str = "5 working days", *, pausable: bool = True, **fields) -> Promise:
    pauses = {"pauses": ("asked", "sent_up"), "resumes": ("told", "sent_down")}
    made = {"starts": ("received", "reopened"), "stops": ("answered",)} | pauses | fields
    return Promise("p", NAME, within=Span.parse(within), pausable=pausable, **made)


def folded(promise: Promise, now: str, *happened: str) -> ClockState:
    """Each of `happened` is "kind 2026-09-21T10:26", or "kind ?" where the time is not known."""
    pairs = (text.split() for text in happened)
    moments = [Moment(kind, None if when == "?" else at(when)) for kind, when in pairs]
    return fold(promise, moments, CHINA, at(now))


RECEIVED = "received 2026-09-21T10:26"


def test_nothing_has_started():
    assert folded(a_promise(), LATE) == ClockState("waiting")
    assert folded(a_promise(), LATE, "answered 2026-09-22T10:00") == ClockState("waiting")
    assert folded(a_promise(), LATE, "seen 2026-09-22T10:00").days == ()


def test_a_running_clock_knows_its_times():
    state = folded(a_promise(), "2026-09-22T10:00", RECEIVED)
    assert state.status == "running"
    assert state.started_at == at("2026-09-21T10:26")
    assert state.due_at == state.nominal_due_at == at("2026-09-29T17:00")
    assert state.warn_at == at("2026-09-28T17:00")
    assert (state.stopped_at, state.judged_at, state.paused_minutes) == (None, None, 0)


def test_a_stop_at_exactly_the_due_time_keeps_the_promise():
    state = folded(a_promise(), LATE, RECEIVED, "answered 2026-09-29T17:00:00")
    assert (state.status, state.judged_at) == ("kept", at("2026-09-29T17:00"))


def test_a_stop_a_moment_later_breaks_it_at_its_due_time():
    state = folded(a_promise(), LATE, RECEIVED, "answered 2026-09-29T17:00:00.000001")
    assert (state.status, state.judged_at) == ("broken", at("2026-09-29T17:00"))
    assert state.stopped_at == at("2026-09-29T17:00:00.000001")


def test_a_breach_is_stamped_when_it_was_due_not_when_it_is_noticed():
    assert folded(a_promise(), "2026-09-29T17:00", RECEIVED).status == "running"
    for noticed in ("2026-09-29T17:01", LATE):
        state = folded(a_promise(), noticed, RECEIVED)
        assert (state.status, state.judged_at) == ("broken", at("2026-09-29T17:00"))


def test_a_pause_moves_the_due_time_by_the_working_time_it_took():
    pause = ["asked 2026-09-22T16:40", "told 2026-09-24T16:40"]
    state = folded(a_promise(), "2026-09-28T14:31", RECEIVED, *pause)
    assert (state.status, state.due_at, state.paused_minutes) == ("running", at("2026-10-08T17:00"), 960)
    assert [note.day.day for note in state.days if note.kind == "paused"] == [23, 24]


def test_a_pause_of_an_hour_moves_the_due_time_by_an_hour():
    pause = ["asked 2026-09-22T10:00", "told 2026-09-22T11:00"]
    state = folded(a_promise(), "2026-09-28T14:31", RECEIVED, *pause)
    assert state.due_at == at("2026-09-30T10:00")
    numbers = [(note.day.day, note.number) for note in state.days if note.number]
    assert numbers == [(22, 1), (23, 2), (24, 3), (28, 4), (29, 5), (30, 5)]


def test_a_pause_on_day_0_moves_nothing_because_day_0_is_not_counted():
    pause = ["asked 2026-09-21T11:00", "told 2026-09-22T10:00"]
    state = folded(a_promise(), "2026-09-28T14:31", RECEIVED, *pause)
    assert (state.due_at, state.paused_minutes) == (at("2026-09-30T10:00"), 60)


def test_a_pause_over_a_weekend_moves_nothing():
    pause = ["asked 2026-09-24T17:00", "told 2026-09-28T09:00"]
    assert folded(a_promise(), "2026-09-28T14:31", RECEIVED, *pause).due_at == at("2026-09-29T17:00")


def test_while_it_is_paused_it_cannot_break():
    for now, due in (("2026-09-23T09:00", "2026-09-30T09:20"), ("2026-11-20T12:00", None)):
        state = folded(a_promise(), now, RECEIVED, "asked 2026-09-22T16:40")
        assert state.status == "paused"
        assert state.due_at > at(now)
        assert due is None or state.due_at == at(due)


def test_a_stop_during_a_pause_keeps_the_promise():
    state = folded(a_promise(), LATE, RECEIVED, "asked 2026-09-22T16:40", "answered 2026-11-20T12:00")
    assert state.status == "kept"


def test_a_pause_that_begins_when_it_is_due_is_too_late():
    for begins in ("2026-09-29T17:00", "2026-10-08T10:00"):
        state = folded(a_promise(), LATE, RECEIVED, f"asked {begins}")
        assert (state.status, state.judged_at) == ("broken", at("2026-09-29T17:00"))
        assert state.paused_minutes == 0


def test_pauses_of_several_kinds_may_nest_and_overlap():
    pauses = ["asked 2026-09-22T10:00", "sent_up 2026-09-22T11:00", "told 2026-09-22T12:00"]
    state = folded(a_promise(), "2026-09-22T13:00", RECEIVED, *pauses)
    assert state.status == "paused"
    state = folded(a_promise(), "2026-09-22T15:00", RECEIVED, *pauses, "sent_down 2026-09-22T14:00")
    assert (state.status, state.paused_minutes) == ("running", 240)


def test_pausing_twice_and_resuming_what_was_not_paused_does_no_harm():
    twice = [
        "asked 2026-09-22T10:00",
        "asked 2026-09-22T11:00",
        "told 2026-09-22T12:00",
        "told 2026-09-22T13:00",
    ]
    state = folded(a_promise(), "2026-09-22T15:00", RECEIVED, "told 2026-09-22T09:30", *twice)
    assert (state.status, state.paused_minutes) == ("running", 120)


def test_a_pause_may_begin_in_the_time_another_pause_has_won():
    pauses = [
        "asked 2026-09-22T09:00",
        "told 2026-09-23T09:00",
        "asked 2026-09-30T10:00",
        "told 2026-09-30T12:00",
    ]
    state = folded(a_promise(), "2026-10-08T09:00", RECEIVED, *pauses)
    assert (state.status, state.due_at, state.paused_minutes) == ("running", at("2026-10-08T11:00"), 600)


def test_nothing_pauses_a_promise_that_is_not_pausable():
    state = folded(a_promise(pausable=False), "2026-09-28T14:31", RECEIVED, "asked 2026-09-22T16:40")
    assert (state.status, state.due_at, state.paused_minutes) == ("running", at("2026-09-29T17:00"), 0)


def test_plain_hours_are_moved_by_plain_time():
    pause = ["asked 2026-09-21T20:00", "told 2026-09-22T06:00"]
    state = folded(a_promise("24 hours"), "2026-09-22T07:00", RECEIVED, *pause)
    assert (state.due_at, state.paused_minutes) == (at("2026-09-22T20:26"), 600)


def test_a_pause_before_the_warning_moves_the_warning_and_one_after_it_does_not():
    before = ["asked 2026-09-22T10:00", "told 2026-09-22T11:00"]
    assert folded(a_promise(), LATE, RECEIVED, *before).warn_at == at("2026-09-29T10:00")
    after = ["asked 2026-09-29T10:00", "told 2026-09-29T11:00"]
    assert folded(a_promise(), LATE, RECEIVED, *after).warn_at == at("2026-09-28T17:00")


def test_a_second_start_changes_nothing_while_it_runs():
    state = folded(a_promise(), LATE, RECEIVED, "received 2026-09-25T10:00")
    assert state.started_at == at("2026-09-21T10:26")


def test_a_start_after_a_stop_starts_anew():
    lives = [RECEIVED, "asked 2026-09-22T10:00", "answered 2026-09-22T11:00", "reopened 2026-10-09T10:00"]
    state = folded(a_promise(), "2026-10-10T09:00", *lives)
    assert (state.status, state.started_at, state.stopped_at) == ("running", at("2026-10-09T10:00"), None)
    assert (state.due_at, state.paused_minutes) == (at("2026-10-15T17:00"), 0)


def test_every_run_can_be_read():
    moments = [Moment("received", at("2026-09-21T10:26")), Moment("answered", at("2026-09-30T10:00"))]
    moments += [Moment("reopened", at("2026-10-09T10:00")), Moment("answered", at("2026-10-12T10:00"))]
    runs = fold_runs(a_promise(), moments, CHINA, at(LATE))
    assert [run.status for run in runs] == ["broken", "kept"]
    assert fold_runs(a_promise(), [], CHINA, at(LATE)) == []


def test_a_kind_that_starts_and_stops_closes_one_run_and_opens_the_next():
    every_day = a_promise("24 hours", starts=("told_customer",), stops=("told_customer", "answered"))
    state = folded(
        every_day, "2026-09-23T09:00", "told_customer 2026-09-21T10:00", "told_customer 2026-09-22T09:00"
    )
    assert (state.status, state.started_at) == ("running", at("2026-09-22T09:00"))


def test_a_kind_that_starts_and_resumes_does_the_one_that_fits():
    promise = a_promise(starts=("received", "told"))
    pause = ["asked 2026-09-22T10:00", "told 2026-09-22T11:00"]
    state = folded(promise, "2026-09-22T15:00", RECEIVED, *pause)
    assert (state.status, state.paused_minutes) == ("running", 60)


def test_what_comes_after_now_is_not_looked_at():
    lives = [RECEIVED, "answered 2026-09-23T10:00", "reopened 2026-09-24T10:00"]
    assert folded(a_promise(), "2026-09-21T10:00", *lives).status == "waiting"
    assert folded(a_promise(), "2026-09-22T10:00", *lives).status == "running"
    assert folded(a_promise(), "2026-09-23T10:00", *lives).status == "kept"


def test_a_legal_limit_keeps_both_dates_and_is_judged_by_the_rolled_one():
    legal = a_promise("15 days", pausable=False)
    state = folded(legal, "2026-10-08T16:59", RECEIVED)
    assert (state.status, state.nominal_due_at) == ("running", at("2026-10-06T17:00"))
    assert state.due_at == at("2026-10-08T17:00")
    assert state.warn_at == at("2026-10-04T00:00")
    assert folded(legal, LATE, RECEIVED).judged_at == at("2026-10-08T17:00")


def test_a_start_at_an_unknown_time_cannot_be_told():
    assert folded(a_promise(), LATE, "received ?").status == "cannot_tell"
    state = folded(a_promise(), LATE, "received ?", "answered 2026-09-22T10:00")
    assert (state.status, state.due_at, state.stopped_at) == ("cannot_tell", None, at("2026-09-22T10:00"))


def test_a_stop_at_an_unknown_time_cannot_be_told_but_the_due_time_is_known():
    state = folded(a_promise(), LATE, RECEIVED, "answered ?")
    assert (state.status, state.judged_at) == ("cannot_tell", None)
    assert state.due_at == at("2026-09-29T17:00")


@pytest.mark.parametrize("unknown", ["asked ?", "told ?"])
def test_a_pause_at_an_unknown_time_cannot_be_told(unknown):
    assert folded(a_promise(), LATE, RECEIVED, unknown).status == "cannot_tell"
    assert folded(a_promise(pausable=False), LATE, RECEIVED, unknown).status == "broken"


def test_what_was_unknown_may_be_supplied_later():
    answered = "answered 2026-09-22T10:00"
    for lives in (["received ?", RECEIVED, answered], ["received ?", answered, RECEIVED]):
        assert folded(a_promise(), LATE, *lives).status == "kept"
    for lives in (["answered ?", answered], [answered, "answered ?"]):
        assert folded(a_promise(), LATE, RECEIVED, *lives).status == "kept"


def test_a_year_not_confirmed_shows_on_the_clock():
    assert not folded(a_promise(), LATE, RECEIVED).unconfirmed
    assert folded(a_promise(), "2026-12-30T00:00", "received 2026-12-29T10:00").unconfirmed


def test_times_need_a_zone():
    naive, aware = datetime(2026, 9, 21), datetime(2026, 9, 22, tzinfo=UTC)  # noqa: DTZ001
    for moment, now in ((naive, aware), (aware, naive), (naive, naive)):
        with pytest.raises(ValueError, match="no time zone"):
            fold(a_promise(), [Moment("received", moment)], CHINA, now)


LEGAL = a_promise(
    "15 days", pausable=False, extends={"longer": Span.parse("30 days"), "longest": Span.parse("60 days")}
)


def test_an_extension_counts_from_the_same_start():
    state = folded(LEGAL, "2026-09-25T10:00", RECEIVED)
    assert (state.nominal_due_at, state.due_at) == (at("2026-10-06T17:00"), at("2026-10-08T17:00"))
    state = folded(LEGAL, "2026-09-25T10:00", RECEIVED, "longer 2026-09-24T09:00")
    assert (state.due_at, str(state.within)) == (at("2026-10-21T17:00"), "30 days")
    state = folded(LEGAL, "2026-10-20T10:00", RECEIVED, "longer 2026-09-24T09:00", "longest 2026-10-19T09:00")
    assert (state.status, state.due_at, str(state.within)) == ("running", at("2026-11-20T17:00"), "60 days")


@pytest.mark.parametrize(
    ("given", "status", "due"),
    [
        ("2026-10-08T17:00", "running", "2026-10-21T17:00"),  # the rolled end of day 15 is its end
        ("2026-10-08T17:00:00.000001", "broken", "2026-10-08T17:00"),
        ("2026-10-12T09:00", "broken", "2026-10-08T17:00"),
    ],
)
def test_an_extension_after_the_limit_extends_nothing(given, status, due):
    state = folded(LEGAL, "2026-10-13T10:00", RECEIVED, f"longer {given}")
    assert (state.status, state.due_at) == (status, at(due))
    assert state.judged_at == (at(due) if status == "broken" else None)


def test_an_extension_is_not_shortened_by_a_lesser_one():
    state = folded(LEGAL, LATE, RECEIVED, "longest 2026-09-22T09:00", "longer 2026-09-23T09:00")
    assert state.due_at == at("2026-11-20T17:00")


def test_an_extension_asked_for_while_the_clock_stands_is_in_time():
    promise = a_promise("1 working day", extends={"longer": Span.parse("3 working days")})
    state = folded(
        promise, LATE, RECEIVED, "asked 2026-09-22T09:30", "longer 2026-11-24T10:00", "told 2026-11-24T11:00"
    )
    assert str(state.within) == "3 working days"
    assert state.status == "broken"
    assert state.due_at > at("2026-11-24T11:00")


def test_an_extension_of_an_unknown_time_leaves_the_verdict_open():
    assert folded(LEGAL, LATE, RECEIVED, "longer ?").status == "cannot_tell"


def test_an_extension_holds_for_its_own_run():
    again = [RECEIVED, "longer 2026-09-24T09:00", "answered 2026-09-25T09:00", "reopened 2026-09-28T09:00"]
    assert str(folded(LEGAL, "2026-09-29T09:00", *again).within) == "15 days"


WITHDRAWN = {"lapses": ("withdrawn",)}


def test_a_run_that_nobody_waits_for_any_more_lapses_without_a_verdict():
    state = folded(a_promise(**WITHDRAWN), LATE, RECEIVED, "withdrawn 2026-09-22T10:00")
    assert (state.status, state.stopped_at, state.judged_at) == ("lapsed", at("2026-09-22T10:00"), None)
    assert state.due_at == at("2026-09-29T17:00")


def test_what_is_broken_when_it_would_lapse_stays_broken_and_a_late_stop_still_ends_it():
    late = [RECEIVED, "withdrawn 2026-09-29T17:01"]
    state = folded(a_promise(**WITHDRAWN), LATE, *late)
    assert (state.status, state.judged_at, state.stopped_at) == ("broken", at("2026-09-29T17:00"), None)
    state = folded(a_promise(**WITHDRAWN), LATE, *late, "answered 2026-10-09T10:00")
    assert (state.status, state.stopped_at) == ("broken", at("2026-10-09T10:00"))


def test_at_its_very_end_it_is_not_broken_yet_and_lapses():
    state = folded(a_promise(**WITHDRAWN), LATE, RECEIVED, "withdrawn 2026-09-29T17:00")
    assert (state.status, state.judged_at) == ("lapsed", None)


def test_what_was_kept_stays_kept_and_what_lapsed_hears_no_stop():
    kept = folded(
        a_promise(**WITHDRAWN), LATE, RECEIVED, "answered 2026-09-22T10:00", "withdrawn 2026-09-23T10:00"
    )
    assert kept.status == "kept"
    gone = folded(
        a_promise(**WITHDRAWN), LATE, RECEIVED, "withdrawn 2026-09-22T10:00", "answered 2026-09-23T10:00"
    )
    assert (gone.status, gone.stopped_at) == ("lapsed", at("2026-09-22T10:00"))


def test_a_paused_run_lapses_with_the_pause_it_had_until_then():
    happened = [RECEIVED, "asked 2026-09-22T10:00", "withdrawn 2026-09-22T12:00"]
    for now in ("2026-09-22T12:00", LATE):
        state = folded(a_promise(**WITHDRAWN), now, *happened)
        assert (state.status, state.paused_minutes) == ("lapsed", 120)


def test_after_a_run_has_lapsed_another_may_begin():
    happened = [RECEIVED, "withdrawn 2026-09-22T10:00", "reopened 2026-10-09T10:00"]
    state = folded(a_promise(**WITHDRAWN), "2026-10-09T11:00", *happened)
    assert (state.status, state.started_at) == ("running", at("2026-10-09T10:00"))


def test_when_nobody_knows_when_it_lapsed_nobody_can_tell_the_verdict():
    state = folded(a_promise(**WITHDRAWN), LATE, RECEIVED, "withdrawn ?")
    assert state.status == "cannot_tell"


def test_before_it_lapses_it_runs():
    state = folded(a_promise(**WITHDRAWN), "2026-09-22T09:00", RECEIVED, "withdrawn 2026-09-22T10:00")
    assert (state.status, state.stopped_at) == ("running", None)


MERGED = {"lapses": ("withdrawn", "merged"), "restores": {"separated": "merged"}}


def test_a_lapse_that_is_taken_back_never_was_and_gains_no_minute():
    happened = [RECEIVED, "merged 2026-09-22T10:00", "separated 2026-09-24T10:00"]
    assert folded(a_promise(**MERGED), "2026-09-25T09:00", *happened) == folded(
        a_promise(**MERGED), "2026-09-25T09:00", RECEIVED
    )


def test_what_ran_out_while_it_had_lapsed_is_broken_at_its_due_time():
    happened = [RECEIVED, "merged 2026-09-22T10:00", "separated 2026-10-09T10:00"]
    state = folded(a_promise(**MERGED), "2026-10-09T10:00", *happened)
    assert (state.status, state.judged_at) == ("broken", at("2026-09-29T17:00"))


def test_only_the_lapse_of_its_own_kind_is_taken_back():
    happened = [RECEIVED, "withdrawn 2026-09-22T10:00", "separated 2026-09-23T10:00"]
    assert folded(a_promise(**MERGED), LATE, *happened).status == "lapsed"
    twice = [RECEIVED, "merged 2026-09-22T10:00", "separated 2026-09-23T10:00", "merged 2026-09-24T10:00"]
    assert folded(a_promise(**MERGED), LATE, *twice).stopped_at == at("2026-09-24T10:00")
