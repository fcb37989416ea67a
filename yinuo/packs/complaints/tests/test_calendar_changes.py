"""A calendar edition takes over: what was judged stays, what runs moves, and no kill or verb in between changes that."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.engines.cases import batches
from yinuo.engines.cases.calendars import FOLLOW, follow_calendars, follow_job
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import climb_due
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.timeline import entries
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.promises.fold import Moment, fold
from yinuo.facts.models import Fact
from yinuo.ground.jobs import leases
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import a_complaint, a_stranger, accepted, answered, data, graded
from yinuo.packs.complaints.tests.calendars import (
    DAY,
    SECOND,
    a_day,
    announced,
    clock,
    drafted,
    followed,
    row,
    the_calendar,
    working_days,
)

pytestmark = pytest.mark.django_db


def test_days_off_announced_move_what_runs_and_a_fact_says_so(bank):
    case = a_complaint(bank, at=timezone.now())
    was, version = clock(case), case.version
    new = announced(*working_days(3))
    result = followed()
    assert (result["cases"], result["clocks"]) == (1, 3)
    moved = clock(case)
    assert moved.due_at.date() == timezone.localdate(
        shelf.parsed(new).due(case.opened_at, the_span("answer")).at
    )
    told = {each["promise"]: each for each in data(case, "clock.moved")}
    assert len(told) == result["moved"]
    assert datetime.fromisoformat(told["answer"]["was"]) == was.due_at
    assert datetime.fromisoformat(told["answer"]["due"]) == moved.due_at
    assert told["answer"]["calendar"] == str(new.pk)
    case.refresh_from_db()
    assert (case.calendar_id, case.version) == (new.pk, version + 1)
    assert case.next_due == min(each.due_at for each in case.clocks.all())
    assert {fact.occurred_at for fact in Fact.objects.filter(kind="clock.moved")} == {new.effective_from}


def the_span(promise):
    return {each.key: each for each in shelf.in_use("promises", "complaints")}[promise].within


def test_the_timeline_tells_it_in_the_reader_s_language(bank):
    case = a_complaint(bank, at=timezone.now())
    announced(*working_days(3))
    followed()
    said = set()
    for language in ("zh-hans", "en", "zh-hant"):
        with override(language):
            said.add(next(each.text for each in entries(case) if each.kind == "clock.moved"))
    assert len(said) == 3


def test_the_next_rung_is_due_by_the_new_calendar(bank):
    case = graded(bank, at=timezone.now() - timedelta(hours=2))
    was = clock(case).climb_at
    announced(*working_days(3))
    followed()
    now = clock(case)
    assert was < now.climb_at <= now.due_at
    case = Case.objects.get(pk=case.pk)
    assert now.climb_at == folded(case, traits_of(case), timezone.now())["answer"].warn_at


def test_a_verdict_that_was_given_stays_as_it_was_given(bank):
    case = accepted(bank, at=a_day(-30))
    judge_due(timezone.now())
    before = {each.promise: row(each) for each in case.clocks.all()}
    assert {each["status"] for each in before.values()} == {"kept", "broken"}
    old = case.calendar_id
    announced(*(timezone.localdate() - n * DAY for n in range(20, 29)))
    followed()
    facts = Fact.objects.filter(case_id=case.pk).count()
    assert {each.promise: row(each) for each in case.clocks.all()} == before
    assert data(case, "clock.moved") == []
    assert clock(case).calendar_id == old  # it says by which calendar
    case.refresh_from_db()
    actions.write_note(case.pk, text="later", by=bank.handler)  # nor does a later verb judge it again
    assert {each.promise: row(each) for each in case.clocks.all()} == before
    assert Fact.objects.filter(case_id=case.pk).exclude(kind="cases.noted").count() == facts
    states = folded(Case.objects.get(pk=case.pk), traits_of(case), timezone.now())
    assert states["answer"].due_at == before["answer"]["due_at"]


def test_a_breach_nobody_had_noticed_falls_by_the_calendar_of_its_day(bank):
    case = graded(bank, at=a_day(-30))
    assert clock(case).status == "running"
    was = clock(case).due_at
    announced(*(timezone.localdate() - n * DAY for n in range(1, 29)))
    followed()
    assert (clock(case).status, clock(case).due_at, clock(case).judged_at) == ("broken", was, was)
    [verdict] = [each for each in data(case, "clock.judged") if each["promise"] == "answer"]
    assert verdict["verdict"] == "broken"


def test_a_verb_that_comes_before_the_job_moves_the_case_itself(bank):
    case = a_complaint(bank, at=timezone.now())
    was = clock(case)
    new = announced(*working_days(3))
    actions.write_note(case.pk, text="first", by=bank.handler)
    case.refresh_from_db()
    assert case.calendar_id == new.pk
    [told] = [each for each in data(case, "clock.moved") if each["promise"] == "answer"]
    assert datetime.fromisoformat(told["was"]) == was.due_at
    facts = Fact.objects.count()
    assert followed() is None  # nothing is left for it
    assert Fact.objects.count() == facts


def test_no_ladder_is_climbed_by_a_calendar_that_is_no_longer_in_force(bank):
    case = graded(bank, at=timezone.now() - timedelta(hours=2))
    Clock.objects.filter(case=case).update(climb_at=timezone.now() - SECOND)
    announced(*working_days(3))
    climb_due(timezone.now())
    assert clock(case).climb_at > timezone.now()
    assert data(case, "clock.moved")


def test_closed_cases_and_stated_verdicts_are_left_alone(bank):
    case = answered(bank, at=a_day(-10))
    actions.finish(case.pk, by=bank.handler, at=a_day(-7))
    stated = a_complaint(bank, at=timezone.now())
    Clock.objects.filter(case=stated).update(stated=True)
    before = [row(each) for each in Clock.objects.order_by("id")]
    old = case.calendar_id
    announced(*working_days(3), timezone.localdate() - 9 * DAY)
    followed()
    assert [row(each) for each in Clock.objects.order_by("id")] == before
    case.refresh_from_db()
    assert case.calendar_id == old
    assert not Fact.objects.filter(kind="clock.moved").exists()


def test_a_file_s_verdict_beside_a_clock_of_ours_is_left_alone(bank):
    case = a_complaint(bank, at=timezone.now())
    Clock.objects.filter(case=case, promise="answer").update(stated=True)
    before = row(clock(case))
    announced(*working_days(12))
    followed()
    assert row(clock(case)) == before
    assert "answer" not in {each["promise"] for each in data(case, "clock.moved")}
    assert {each["promise"] for each in data(case, "clock.moved")}


def test_an_edition_takes_over_when_it_comes_into_force_not_before(bank):
    case = a_complaint(bank, at=timezone.now())
    later = timezone.now() + DAY
    editions.approve(drafted(*working_days(3)), by=a_stranger(), effective_from=later)
    assert follow_calendars(timezone.now()) == 0
    assert follow_calendars(later) == 1
    assert clock(case).calendar_id is None


def test_the_duty_asks_once_while_a_job_waits_or_runs(bank):
    a_complaint(bank, at=timezone.now())
    announced(*working_days(3))
    assert follow_calendars(timezone.now()) == 1
    assert follow_calendars(timezone.now()) == 0
    assert run_one("w", timezone.now() + SECOND)
    assert follow_calendars(timezone.now()) == 0


class Killed(BaseException):
    """As if the process had ended there."""


def test_a_killed_job_goes_on_where_it_stood_and_moves_nothing_twice(bank, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    cases = [a_complaint(bank, at=timezone.now()) for _ in range(7)]
    announced(*working_days(3))
    assert follow_calendars(timezone.now()) == 1
    written, real = [], batches.write

    def killed_in_the_third(*batch):
        real(*batch)
        written.append(1)
        if len(written) == 3:
            raise Killed  # after everything was written, before it was committed

    monkeypatch.setattr(batches, "write", killed_in_the_third)
    job = leases.claim(timezone.now() + SECOND, "killed", [FOLLOW])
    with pytest.raises(Killed):
        follow_job(leases_context(job), **job.arguments)
    assert Case.objects.filter(calendar=the_calendar()).count() == 4
    assert Job.objects.get(pk=job.pk).checkpoint["cases"] == 4
    monkeypatch.setattr(batches, "write", real)
    later = timezone.now() + timedelta(minutes=5)
    assert not run_one("w", later)  # the lease of the killed one is over: it waits to be tried again
    assert run_one("w", later + timedelta(minutes=5))
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.result["cases"], done.attempts) == (State.DONE, 7, 2)
    moved = Fact.objects.filter(kind="clock.moved")
    assert moved.count() == done.result["moved"]
    for case in cases:
        told = [each["promise"] for each in data(case, "clock.moved")]
        assert "answer" in told
        assert len(told) == len(set(told))


def leases_context(job):
    from yinuo.ground.jobs.context import JobContext

    return JobContext(job)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.data())
def test_every_clock_equals_a_fold_from_scratch_by_the_calendar_that_judges_it(bank, chosen):
    """The slow reference asks each calendar in turn whether a verdict fell while it was in force."""
    opened = {}
    for _ in range(chosen.draw(st.integers(1, 4))):
        at = timezone.now() - timedelta(hours=chosen.draw(st.integers(1, 500)))
        opened[chosen.draw(st.sampled_from([a_complaint, accepted, graded, asked]))(bank, at=at).pk] = (
            the_calendar()
        )
    if chosen.draw(st.booleans()):
        judge_due(timezone.now())
    for _ in range(chosen.draw(st.integers(1, 2))):
        announced(
            *(timezone.localdate() + n * DAY for n in chosen.draw(st.sets(st.integers(-20, 25), max_size=5)))
        )
    followed()
    now = timezone.now()
    judge_due(now)  # what fell by now in cases that the calendars tell alike is the other duty's
    for pk, edition in opened.items():
        case = Case.objects.get(pk=pk)
        assert case.calendar_id == the_calendar().pk
        for promise in shelf.parsed(shelf.by_id(case.promises_id)):
            found = case.clocks.filter(promise=promise.key).first()
            if found is not None:
                assert told(found) == told(slow(case, promise, edition, now)), promise.key


def asked(bank, **said):
    """… the customer is asked something: a clock stands still."""
    case = graded(bank, **said)
    at = case.opened_at + timedelta(minutes=100)
    for matter in case.complaint.matters.all():
        actions.conclude(
            case.pk, position=matter.position, conclusion="upheld", finding="是。", by=bank.handler, at=at
        )
    return actions.finish_investigation(case.pk, by=bank.handler, question="哪一天？", at=at)


def told(look):
    """What a clock says; while it is paused its due time goes on moving with the time of day."""
    hidden = ("due_at", "nominal_due_at", "warn_at", "paused_minutes") if look.status == "paused" else ()
    return {name: value for name, value in row(look).items() if name not in hidden}


def slow(case, promise, opened_on, now):
    """The state of one clock, asked of every edition there ever was."""
    moments = [
        Moment(*each)
        for each in Fact.objects.filter(case_id=case.pk)
        .order_by("occurred_at", "id")
        .values_list("kind", "occurred_at")
    ]
    chain = list(
        Edition.objects.filter(kind="calendar", state="approved", number__gte=opened_on.number).order_by(
            "number"
        )
    )
    for edition, following in pairwise(chain):
        if fold(promise, moments, shelf.parsed(edition), following.effective_from).status in (
            "kept",
            "broken",
        ):
            return fold(promise, moments, shelf.parsed(edition), now)
    return fold(promise, moments, shelf.parsed(chain[-1]), now)
