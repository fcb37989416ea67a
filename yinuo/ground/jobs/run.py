"""Ask for work, do it, stop it, take it up again."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.ground.jobs import leases
from yinuo.ground.jobs.context import Heartbeat, JobContext
from yinuo.ground.jobs.models import Job, Periodic, State
from yinuo.ground.jobs.registry import (
    FUNCTIONS,
    PERIODS,
    JobCancelled,
    JobFailed,
    LeaseLost,
    declare_job,
    declare_periodic,
)

__all__ = [
    "JobCancelled",
    "JobContext",
    "JobFailed",
    "LeaseLost",
    "ask_to_cancel",
    "declare_job",
    "declare_periodic",
    "due_periodic",
    "enqueue",
    "enqueue_later",
    "resume",
    "run_one",
]

log = logging.getLogger(__name__)

_AT_ONCE = timedelta(0)


def enqueue(kind: str, by: UUID | None = None, **arguments: Any) -> Job:
    """Ask for a job; it starts after the transaction of the caller.

    Raises LookupError for a kind nobody declared, TypeError for arguments that are not JSON.
    """
    return enqueue_later(_AT_ONCE, kind, by, **arguments)


def enqueue_later(wait: timedelta, kind: str, by: UUID | None = None, **arguments: Any) -> Job:
    """Ask for a job that does not start before `wait` has gone by; until then it can be cancelled whole."""
    if kind not in FUNCTIONS:
        raise LookupError(f"job kind {kind!r} is not declared")
    json.dumps(arguments, allow_nan=False)
    now = timezone.now()
    return Job.objects.create(kind=kind, arguments=arguments, by=by, created_at=now, next_at=now + wait)


def ask_to_cancel(job_id: UUID) -> bool:
    """Ask a job to stop: at once if it waits, when it next looks if it runs. False if it is over."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job_id, state=State.WAITING)
    if waiting.update(state=State.CANCELLED, cancel_requested=True, finished_at=now):
        return True
    return bool(Job.objects.filter(pk=job_id, state=State.RUNNING).update(cancel_requested=True))


def resume(job_id: UUID) -> bool:
    """Let a cancelled, failed or dead job wait again with its checkpoint; False if it is in another state."""
    over = Job.objects.filter(pk=job_id, state__in=(State.CANCELLED, State.FAILED, State.DEAD))
    fresh = {"attempts": 0, "cancel_requested": False, "finished_at": None, "note": ""}
    return bool(over.update(state=State.WAITING, next_at=timezone.now(), **fresh))


def run_one(worker: str, now: datetime | None = None) -> bool:
    """Run the next due job to its end, in this thread; False if none was due. Not inside a transaction."""
    moment = now or timezone.now()
    leases.reclaim(moment)
    job = leases.claim(moment, worker, list(FUNCTIONS))
    if job is None:
        return False
    ctx = JobContext(job)
    with Heartbeat(job, leases.LEASE.total_seconds() / 3):
        try:
            result = FUNCTIONS[job.kind](ctx, **job.arguments)
            json.dumps(result, allow_nan=False)
        except Exception as error:
            _ended_badly(job, error)
        else:
            state = State.CANCELLED if ctx.stops else State.DONE
            leases.finish(job, state, timezone.now(), result=result)
    return True


def _ended_badly(job: Job, error: Exception) -> None:
    now = timezone.now()
    match error:
        case JobCancelled():
            leases.finish(job, State.CANCELLED, now)
        case JobFailed():
            leases.finish(job, State.FAILED, now, note=str(error)[:500], result=error.result)
        case LeaseLost():
            log.warning("job %s was taken over by another worker", job.pk)
        case _:
            log.exception("job %s (%s), attempt %s", job.pk, job.kind, job.attempts)
            leases.try_again(job, now, type(error).__name__)  # the message may hold a customer's words


def due_periodic(now: datetime | None = None) -> int:
    """Ask for the periodic jobs that are due, once however many processes do this; how many were asked for.

    A kind whose last job is not over yet skips its turn. A missed time is not made up for more than once.
    """
    moment = now or timezone.now()
    return sum(_turn(kind, moment) for kind in PERIODS)


@transaction.atomic
def _turn(kind: str, now: datetime) -> bool:
    row, _new = Periodic.objects.get_or_create(kind=kind, defaults={"next_at": now})
    if row.next_at > now:
        return False
    mine = Periodic.objects.filter(kind=kind, next_at=row.next_at).update(next_at=now + PERIODS[kind])
    if not mine or Job.objects.filter(kind=kind, state__in=(State.WAITING, State.RUNNING)).exists():
        return False
    enqueue(kind)
    return True
