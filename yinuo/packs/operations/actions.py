"""What a system administrator does: each in one transaction, with its fact."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from yinuo.engines.loops.follow import retry
from yinuo.engines.loops.models import Run
from yinuo.facts.gate import record
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import ask_to_cancel, resume
from yinuo.ground.people.models import User
from yinuo.packs.operations import pack


@transaction.atomic
def cancel_job(job: Job, *, by: User) -> bool:
    """Ask a job to stop; False, and nothing recorded, where it is over already."""
    return _told(pack.JOB_CANCELLED, job, by) if ask_to_cancel(job.pk) else False


@transaction.atomic
def resume_job(job: Job, *, by: User) -> bool:
    """Let a stopped, failed or given-up job go on where it stood; False where it is in another state."""
    return _told(pack.JOB_RESUMED, job, by) if resume(job.pk) else False


@transaction.atomic
def retry_run(run_id: UUID, *, by: User) -> bool:
    """Let a consequence that was given up be tried again; False where it was not."""
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None or not retry(run):
        return False
    record(pack.RUN_RETRIED, by=by.pk, run=run.pk, rule=run.rule, seq=run.seq)
    return True


def _told(kind: str, job: Job, by: User) -> bool:
    record(kind, by=by.pk, job=job.pk, job_kind=job.kind)
    return True
