"""Coarse background work, one row each: imports, reports, recalculations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yinuo.facts.ids import new_id


class State(models.TextChoices):
    """waiting → running → done, failed (the job said so), cancelled, or dead (attempts used up)."""

    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")
    DEAD = "dead", pgettext_lazy("job", "given up")


class Job(models.Model):
    """One piece of work. Arguments, checkpoint and result are JSON and hold no personal data."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    next_at = models.DateTimeField()
    worker = models.CharField(max_length=120, blank=True)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="jobs_job_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_job_leased"),
            models.Index(fields=["created_at"], condition=Q(state="dead"), name="jobs_job_given_up"),
            models.Index(fields=["kind", "-created_at"], name="jobs_job_kind"),
            models.Index(fields=["by", "-created_at"], name="jobs_job_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in (State.WAITING, State.RUNNING)


class Periodic(models.Model):
    """When a periodic kind is due next; whoever moves the time first has the turn."""

    kind = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind
