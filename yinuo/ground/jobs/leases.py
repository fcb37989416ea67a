"""Who runs which job: claims with a lease, and the only writers of a job's state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yinuo.facts.ids import new_id
from yinuo.ground.jobs.models import Job, State

LEASE = timedelta(minutes=1)
ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=30)

_FREE: dict[str, Any] = {"claim": None, "lease_until": None}


@transaction.atomic
def reclaim(now: datetime) -> int:
    """Jobs of silent workers wait again, are cancelled as asked, or dead after five attempts. How many."""
    lost = Job.objects.select_for_update(skip_locked=True).filter(state=State.RUNNING, lease_until__lt=now)
    jobs = list(lost)
    for job in jobs:
        if job.cancel_requested:
            finish(job, State.CANCELLED, now)
        else:
            try_again(job, now, "worker lost")
    return len(jobs)


@transaction.atomic
def claim(now: datetime, worker: str, kinds: Collection[str]) -> Job | None:
    """Take the job that waits longest among the kinds this process knows; None if there is none."""
    due = Job.objects.filter(state=State.WAITING, next_at__lte=now, kind__in=kinds)
    job = due.select_for_update(skip_locked=True).order_by("next_at", "pk").first()
    if job is None:
        return None
    job.state, job.worker, job.claim = State.RUNNING, worker[:120], new_id()
    job.lease_until, job.attempts = now + LEASE, job.attempts + 1
    job.started_at = job.started_at or now
    job.save(update_fields=["state", "worker", "claim", "lease_until", "attempts", "started_at"])
    return job


def renew(job: Job, now: datetime, **changes: Any) -> bool:
    """Prolong the lease, with changes if any; False if the job is no longer ours."""
    return held(job).update(lease_until=now + LEASE, **changes) == 1


def finish(job: Job, state: State, now: datetime, **changes: Any) -> bool:
    """Bring a job to an end; False if it is no longer ours."""
    return held(job).update(state=state, finished_at=now, **_FREE, **changes) == 1


def try_again(job: Job, now: datetime, note: str) -> bool:
    """Wait 30 s, 60 s, 2 min … before the next attempt; after the fifth the job is dead."""
    if job.attempts >= ATTEMPTS:
        return finish(job, State.DEAD, now, note=note)
    wait = FIRST_WAIT * 2 ** (job.attempts - 1)
    return held(job).update(state=State.WAITING, next_at=now + wait, note=note, **_FREE) == 1


def held(job: Job) -> QuerySet[Job]:
    """The row, while this claim holds it."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, claim=job.claim)
