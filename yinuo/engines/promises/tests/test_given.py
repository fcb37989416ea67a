"""A limit that is a day which the case itself gives, story by story."""

from dataclasses import replace
from datetime import date

from yinuo.engines.promises.fold import ClockState, Moment, fold
from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.promise import Promise
from yinuo.engines.promises.tests.test_fold import CHINA, LATE, NAME, at
from yinuo.ground.worktime import Until

DONE = Promise("p", NAME, ("planned",), ("done",), Given(), until=("planned",))


def given_days(now: str, *happened: str, promise: Promise = DONE) -> ClockState:
    """Each of `happened` is "planned 2026-09-21T10:26 2026-09-25", or without a day."""
    told = [[*text.split(), ""][:3] for text in happened]
    moments = [Moment(kind, at(when), date.fromisoformat(day) if day else None) for kind, when, day in told]
    return fold(promise, moments, CHINA, at(now))


PLANNED = "planned 2026-09-21T10:26 2026-09-24"


def test_a_day_given_is_due_at_its_close():
    state = given_days("2026-09-21T11:00", PLANNED)
    assert (state.status, state.due_at, state.nominal_due_at) == (
        "running", at("2026-09-24T17:00"), at("2026-09-24T17:00"),
    )  # fmt: skip
    assert state.warn_at == at("2026-09-24T09:36")  # four fifths of the three days after the first
    assert state.within == Until(date(2026, 9, 24), at("2026-09-21T10:26"))
    assert [note.number for note in state.days] == [None, 1, 2, 3]
    assert given_days("2026-09-24T17:00:01", PLANNED).judged_at == at("2026-09-24T17:00")
    assert given_days(LATE, PLANNED, "done 2026-09-24T17:00").status == "kept"


def test_a_day_of_rest_moves_on_and_is_warned_of_by_the_day_given():
    state = given_days("2026-09-21T11:00", "planned 2026-09-21T10:26 2026-10-03")
    assert (state.nominal_due_at, state.due_at) == (at("2026-10-03T17:00"), at("2026-10-08T17:00"))
    assert state.warn_at < state.nominal_due_at
    fixed = replace(DONE, within=Given(rolls=False))
    state = given_days("2026-09-21T11:00", "planned 2026-09-21T10:26 2026-10-03", promise=fixed)
    assert state.due_at == state.nominal_due_at == at("2026-10-03T17:00")


def test_a_limit_is_never_over_before_it_was_given():
    evening = given_days("2026-09-21T21:00", "planned 2026-09-21T20:00 2026-09-21")
    assert (evening.status, evening.due_at) == ("running", at("2026-09-22T17:00"))
    assert evening.started_at == evening.warn_at
    gone_by = given_days("2026-09-21T11:00", "planned 2026-09-21T10:00 2026-09-01")
    assert gone_by.due_at == at("2026-09-21T17:00")


def test_another_day_given_in_time_moves_the_clock_either_way():
    later = given_days("2026-09-24T10:00", PLANNED, "planned 2026-09-23T10:00 2026-10-15")
    assert (later.status, later.started_at) == ("running", at("2026-09-21T10:26"))
    assert later.due_at == at("2026-10-15T17:00")
    sooner = given_days("2026-09-24T18:00", PLANNED, "planned 2026-09-22T10:00 2026-09-23")
    assert (sooner.status, sooner.judged_at) == ("broken", at("2026-09-23T17:00"))


def test_another_day_given_once_it_is_overdue_moves_nothing():
    state = given_days(LATE, "planned 2026-09-14T10:00 2026-09-18", "planned 2026-09-18T17:00:01 2026-12-31")
    assert (state.status, state.judged_at) == ("broken", at("2026-09-18T17:00"))


def test_done_and_planned_once_more_is_a_run_of_its_own():
    again = [PLANNED, "done 2026-09-22T10:00", "planned 2026-10-12T10:00 2026-10-16"]
    state = given_days("2026-10-13T10:00", *again)
    assert (state.status, state.started_at) == ("running", at("2026-10-12T10:00"))
    assert state.due_at == at("2026-10-16T17:00")


def test_without_the_day_nobody_can_tell_until_one_is_given():
    unknown = given_days(LATE, "planned 2026-09-21T10:26")
    assert (unknown.status, unknown.started_at, unknown.due_at) == (
        "cannot_tell", at("2026-09-21T10:26"), None,
    )  # fmt: skip
    known = given_days(LATE, "planned 2026-09-21T10:26", "planned 2026-09-22T10:00 2026-09-24")
    assert known.judged_at == at("2026-09-24T17:00")
    assert given_days(LATE, "planned 2026-09-21T10:26", "done 2026-09-22T10:00").status == "cannot_tell"
