"""What a running job may do: tell how far it is, keep a checkpoint, hear that it should stop."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from django.utils import timezone

from yinuo.ground.jobs import leases
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.registry import JobCancelled, LeaseLost


class JobContext:
    """Handed to the function of a job as its first argument."""

    def __init__(self, job: Job) -> None:
        self.job = job  # as it was claimed: id, by, arguments, attempts (1 at first, up to 5)
        self.stops = False  # whether the job was told to stop

    @property
    def job_id(self) -> UUID:
        """The job's id, for rows and files that belong to it."""
        return self.job.pk

    @property
    def by(self) -> UUID | None:
        """Who asked for the job."""
        return self.job.by

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What an earlier attempt kept with `keep`; empty at first."""
        return dict(self.job.checkpoint)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the work is; raises LeaseLost if another worker has taken over. One small commit."""
        self._write(progress=done, total=total, note=note[:500])

    def keep(self, **checkpoint: Any) -> None:
        """Keep JSON for the next attempt to go on from, in the work's transaction if any. LeaseLost."""
        self.job.checkpoint = checkpoint
        self._write(checkpoint=checkpoint)

    def cancelled(self) -> bool:
        """Whether somebody asked the job to stop: a job that sees this tidies up and returns."""
        if not self.stops:
            self.stops = leases.held(self.job).filter(cancel_requested=True).exists()
        return self.stops

    def stop_if_cancelled(self) -> None:
        """Raise JobCancelled if somebody asked the job to stop."""
        if self.cancelled():
            raise JobCancelled

    def _write(self, **changes: Any) -> None:
        if not leases.renew(self.job, timezone.now(), **changes):
            raise LeaseLost(str(self.job.pk))


class Heartbeat:
    """Prolongs a lease from a thread of its own while a job works on something long."""

    def __init__(self, job: Job, every: float) -> None:
        self._job, self._every = job, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name=f"job {job.pk}")

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._over.set()
        self._thread.join()

    def _renew(self) -> bool:
        try:
            return leases.renew(self._job, timezone.now())
        except OperationalError:  # SQLite is being written to, or the line is down: try at the next beat
            connection.close()
            return True

    def _beat(self) -> None:
        try:
            while not self._over.wait(self._every):
                if not self._renew():
                    return
        finally:
            connection.close()
