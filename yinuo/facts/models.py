"""What happened, in what order, and the signed heads of the chain.

Triggers keep these tables (see guards.py).
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models


class Fact(models.Model):
    """One thing that happened. `body` holds its canonical bytes; every other column is derived from them.

    Ids point at rows of higher floors without foreign keys: facts outlive what they speak of.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=80)
    case_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["case_id", "id"], name="facts_of_a_case", condition=models.Q(case_id__isnull=False)
            ),
            models.Index(fields=["kind", "occurred_at"], name="facts_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def data(self) -> dict[str, Any]:
        """The kind's own fields as they stand in the body (ids, decimals and times as strings)."""
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data


class Pending(models.Model):
    """A fact that has no place in the order yet; a trigger puts it here, the sequencer takes it away."""

    fact = models.OneToOneField(
        Fact, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )

    class Meta:
        default_permissions = ()


class Position(models.Model):
    """The place of a committed fact in the one order: seq 1, 2, 3… without a gap.

    chain = SHA-256 of "previous chain:seq:digest" in hexadecimal; the chain before seq 1 is 64 zeros.
    """

    seq = models.BigIntegerField(primary_key=True)
    fact = models.OneToOneField(Fact, models.DO_NOTHING, db_constraint=False, related_name="position")
    chain = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()


class Checkpoint(models.Model):
    """A signed head of the chain; `count` facts stand at or before `seq`.

    `root` is over the tree up to it (merkle.py); `seal` states it to anybody who has our public key.
    """

    seq = models.BigIntegerField(primary_key=True)
    chain = models.CharField(max_length=64)
    count = models.BigIntegerField()
    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    seal = models.CharField(max_length=128)
    signature = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()


class Tile(models.Model):
    """The root over a whole block of the tree, hexadecimal; `id` says which (tiles.py)."""

    id = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()


class Stamp(models.Model):
    """A time stamp (RFC 3161) of a head by an authority outside: `token` is its answer about `stated`, at the time `at`."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    stated = models.TextField()
    token = models.BinaryField()

    class Meta:
        default_permissions = ()
