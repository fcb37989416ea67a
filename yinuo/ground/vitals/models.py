"""What runs tells that it runs; what is not well is an alarm until it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yinuo.facts.ids import new_id


class Pulse(models.Model):
    """When a process, or a loop in it, was last heard of."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    process = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"


class Alarm(models.Model):
    """A vital sign that was not well from one moment to another; `value` is None where it could not be read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vital = models.CharField(max_length=80)
    value = models.FloatField(null=True)
    problem = models.CharField(max_length=80, blank=True)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vital"], condition=Q(cleared_at=None), name="vitals_one_alarm")
        ]
        indexes = [models.Index(fields=["-raised_at", "-id"], name="vitals_alarm_newest")]

    def __str__(self) -> str:
        return f"{self.vital} {self.raised_at:%F %T}"
