import json
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from yinuo.facts.ids import new_id
from yinuo.ground.jobs import leases, registry
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import (
    JobCancelled,
    JobFailed,
    LeaseLost,
    ask_to_cancel,
    declare_job,
    declare_periodic,
    due_periodic,
    enqueue,
    enqueue_later,
    resume,
    run_one,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_kinds():
    kept = dict(registry._functions), dict(registry._periods)
    registry._functions.clear()
    registry._periods.clear()
    yield
    registry._functions.clear()
    registry._periods.clear()
    registry._functions.update(kept[0])
    registry._periods.update(kept[1])


def later(**span):
    return timezone.now() + timedelta(**span)


def fresh(job):
    return Job.objects.get(pk=job.pk)


def test_a_job_runs_with_its_arguments_and_keeps_its_result():
    clerk = new_id()
    seen = {}

    def count(ctx, path, rows):
        seen.update(path=path, job=ctx.job_id, by=ctx.by, attempt=ctx.job.attempts)
        ctx.progress(3, rows, "halfway")
        return {"new": rows}

    declare_job("tests.count", count)
    job = enqueue("tests.count", clerk, path="a.csv", rows=6)
    assert fresh(job).state == State.WAITING
    assert run_one("w1")
    done = fresh(job)
    assert (done.state, done.result, done.progress, done.total) == (State.DONE, {"new": 6}, 3, 6)
    assert (done.note, done.claim, done.attempts) == ("halfway", None, 1)
    assert done.started_at <= done.finished_at
    assert done.is_over
    assert seen == {"path": "a.csv", "job": job.pk, "by": clerk, "attempt": 1}
    assert not run_one("w1")


def test_an_unknown_kind_and_arguments_that_are_no_json_are_refused_at_once():
    declare_job("tests.known", lambda ctx, **more: None)
    with pytest.raises(LookupError):
        enqueue("tests.unknown")
    with pytest.raises(TypeError):
        enqueue("tests.known", day=timezone.localdate())
    with pytest.raises(ValueError):
        enqueue("tests.known", share=float("nan"))
    assert not Job.objects.exists()


def test_a_worker_leaves_kinds_it_does_not_know_to_others():
    declare_job("tests.new", lambda ctx: None)
    job = enqueue("tests.new")
    registry._functions.clear()
    assert not run_one("old")
    assert fresh(job).state == State.WAITING


def test_a_kind_is_declared_once():
    declare_job("tests.a", print)
    declare_job("tests.a", print)
    with pytest.raises(ValueError):
        declare_job("tests.a", len)


def test_a_job_that_breaks_is_tried_five_times_ever_later_and_is_then_dead():
    def broken(ctx):
        raise RuntimeError("王小敏 18612341402")

    declare_job("tests.broken", broken)
    job = enqueue("tests.broken")
    waits = []
    for _ in range(5):
        assert run_one("w", later(hours=1))
        waits.append(round((fresh(job).next_at - timezone.now()).total_seconds()))
    assert waits[:4] == [30, 60, 120, 240]
    dead = fresh(job)
    assert (dead.state, dead.attempts, dead.note) == (State.DEAD, 5, "RuntimeError")
    assert not run_one("w", later(days=1))


def test_a_job_waits_before_it_is_tried_again():
    tries = []

    def shaky(ctx):
        tries.append(ctx.job.attempts)
        if ctx.job.attempts == 1:
            raise RuntimeError

    declare_job("tests.shaky", shaky)
    job = enqueue("tests.shaky")
    assert run_one("w")
    assert not run_one("w")
    assert run_one("w", later(seconds=31))
    assert (fresh(job).state, tries) == (State.DONE, [1, 2])


def test_a_job_that_says_it_cannot_is_not_tried_again():
    def hopeless(ctx):
        raise JobFailed("第 7 行不是表格")

    declare_job("tests.hopeless", hopeless)
    job = enqueue("tests.hopeless")
    run_one("w")
    assert (fresh(job).state, fresh(job).note) == (State.FAILED, "第 7 行不是表格")
    assert not run_one("w", later(days=1))


def test_a_result_that_is_no_json_breaks_the_job_and_not_the_worker():
    declare_job("tests.odd", lambda ctx: {1, 2})
    job = enqueue("tests.odd")
    assert run_one("w")
    assert fresh(job).note == "TypeError"


def test_a_job_asked_for_later_waits_so_long_and_is_cancelled_whole_meanwhile():
    done = []
    declare_job("tests.later", lambda ctx, which: done.append(which))
    enqueue_later(MINUTE, "tests.later", which="kept")
    taken_back = enqueue_later(MINUTE, "tests.later", which="taken back")
    assert not run_one("tests")
    assert ask_to_cancel(taken_back.pk)
    assert run_one("tests", later(minutes=2))
    assert not run_one("tests", later(minutes=2))
    assert done == ["kept"]


def test_a_waiting_job_is_cancelled_at_once():
    declare_job("tests.slow", lambda ctx: None)
    job = enqueue("tests.slow")
    assert ask_to_cancel(job.pk)
    assert fresh(job).state == State.CANCELLED
    assert not run_one("w")
    assert not ask_to_cancel(job.pk)


@pytest.mark.parametrize("manner", ["returns", "raises"])
def test_a_running_job_stops_when_it_looks_and_goes_on_from_its_checkpoint(manner):
    rows = []

    def importing(ctx, stop_at):
        for row in range(ctx.checkpoint.get("row", 0), 5):
            if row == stop_at and not rows.count("stop"):
                ask_to_cancel(ctx.job.pk)
                rows.append("stop")
            if manner == "raises":
                ctx.stop_if_cancelled()
            elif ctx.cancelled():
                return {"rows": row}
            rows.append(row)
            ctx.keep(row=row + 1)
        return {"rows": 5}

    declare_job("tests.import", importing)
    job = enqueue("tests.import", stop_at=2)
    run_one("w")
    stopped = fresh(job)
    assert (stopped.state, stopped.checkpoint) == (State.CANCELLED, {"row": 2})
    assert resume(job.pk)
    assert not resume(job.pk)
    run_one("w")
    assert (fresh(job).state, fresh(job).result) == (State.DONE, {"rows": 5})
    assert rows == [0, 1, "stop", 2, 3, 4]


def test_a_job_done_before_it_heard_of_the_cancel_is_done():
    declare_job("tests.deaf", lambda ctx: ask_to_cancel(ctx.job.pk) and None)
    job = enqueue("tests.deaf")
    run_one("w")
    assert fresh(job).state == State.DONE


def test_a_job_whose_worker_was_killed_is_taken_up_again_after_the_lease():
    declare_job("tests.count", lambda ctx: ctx.checkpoint)
    job = enqueue("tests.count")
    killed = leases.claim(timezone.now(), "killed", ["tests.count"])
    leases.renew(killed, timezone.now(), checkpoint={"row": 7})
    assert not run_one("w", later(seconds=50))
    assert not run_one("w", later(seconds=70))
    assert fresh(job).note == "worker lost"
    assert run_one("w", later(minutes=5))
    assert (fresh(job).state, fresh(job).result, fresh(job).attempts) == (State.DONE, {"row": 7}, 2)


def test_a_killed_job_that_was_to_be_cancelled_is_cancelled():
    declare_job("tests.count", lambda ctx: None)
    job = enqueue("tests.count")
    leases.claim(timezone.now(), "killed", ["tests.count"])
    ask_to_cancel(job.pk)
    assert not run_one("w", later(minutes=2))
    assert fresh(job).state == State.CANCELLED


def test_a_worker_that_lost_its_lease_is_stopped_and_changes_nothing():
    declare_job("tests.count", lambda ctx: None)
    stopped = []

    def slow(ctx):
        leases.reclaim(later(minutes=2))
        try:
            ctx.progress(1)
        except LeaseLost:
            stopped.append("progress")
            raise

    declare_job("tests.slow", slow)
    job = enqueue("tests.slow")
    assert run_one("w")
    assert stopped == ["progress"]
    assert (fresh(job).state, fresh(job).progress) == (State.WAITING, 0)


def test_the_arguments_are_kept_as_json():
    declare_job("tests.count", lambda ctx, **more: more)
    job = enqueue("tests.count", name="投诉", deep={"a": [1, None, True]})
    run_one("w")
    assert fresh(job).result == {"name": "投诉", "deep": {"a": [1, None, True]}}
    assert json.dumps(fresh(job).arguments)


def test_periodic_jobs_come_when_due_and_once(django_assert_num_queries):
    declare_job("tests.nightly", lambda ctx: None)
    declare_periodic("tests.nightly", timedelta(hours=1))
    now = timezone.now()
    assert due_periodic(now) == 1
    assert due_periodic(now) == 0
    run_one("w", now + MINUTE)
    assert due_periodic(now + timedelta(minutes=59)) == 0
    assert due_periodic(now + timedelta(hours=5)) == 1
    assert due_periodic(now + timedelta(hours=5)) == 0
    with pytest.raises(ValueError):
        declare_periodic("tests.nightly", timedelta(hours=2))
    with pytest.raises(ValueError):
        declare_periodic("tests.other", timedelta(0))


def test_a_periodic_job_not_over_yet_skips_its_turn():
    declare_job("tests.nightly", lambda ctx: None)
    declare_periodic("tests.nightly", timedelta(hours=1))
    now = timezone.now()
    due_periodic(now)
    assert due_periodic(now + timedelta(hours=2)) == 0
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_while_a_job_works_without_a_word(monkeypatch):
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.3))
    beats = threading.Event()
    real = leases.renew

    def seen(job, now, **changes):
        done = real(job, now, **changes)
        if done and threading.current_thread() is not threading.main_thread():
            beats.set()
        return done

    monkeypatch.setattr(leases, "renew", seen)
    declare_job("tests.silent", lambda ctx: beats.wait(20))
    job = enqueue("tests.silent")
    run_one("w")
    assert (fresh(job).state, fresh(job).result) == (State.DONE, True)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_run_every_job_once():
    runs, lock = [], threading.Lock()

    def note(ctx, number):
        with lock:
            runs.append(number)

    declare_job("tests.note", note)
    for number in range(30):
        enqueue("tests.note", number=number)

    def work():
        with closing(connection):
            while run_one("w"):
                pass

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(runs) == list(range(30))
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}


def test_cancelled_is_an_exception_jobs_may_raise():
    def stops(ctx):
        raise JobCancelled

    declare_job("tests.stops", stops)
    job = enqueue("tests.stops")
    run_one("w")
    assert fresh(job).state == State.CANCELLED
