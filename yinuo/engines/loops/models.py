"""How far the loops have followed the facts, and what they did because of which."""

from __future__ import annotations

from django.db import models

from yinuo.facts.ids import new_id


class Follower(models.Model):
    """The one position of all loops: every fact up to `seq` was looked at."""

    key = models.CharField(primary_key=True, max_length=20)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.seq}"


class Run(models.Model):
    """One rule applied to one fact, once. `depth` counts the loops behind it; `error` is a kind, never words."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"  # tried often enough; somebody must look
        TOO_DEEP = "too_deep"  # loops that set each other off end here

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seq = models.BigIntegerField()
    rule = models.CharField(max_length=80)
    depth = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seq", "rule"], name="loops_once")]
        indexes = [
            models.Index(fields=["next_at"], name="loops_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["seq"], name="loops_given_up", condition=models.Q(state__in=("dead", "too_deep"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} at {self.seq}: {self.state}"
