"""The key of one subject (a customer, or whatever else may have to be forgotten)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SubjectKey(models.Model):
    """A 32-byte key sealed by a master key. Destroying it makes everything sealed with it unreadable."""

    subject_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField(null=True)
    wrapped_by = (
        models.PositiveIntegerField()
    )  # the number of the master key, as the header of `wrapped` says
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["wrapped_by"], name="vault_key_wrapped_by")]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="vault_key_is_here_or_destroyed",
            )
        ]

    def __str__(self) -> str:
        return str(self.subject_id)
