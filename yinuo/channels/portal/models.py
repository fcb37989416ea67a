"""What a customer has typed and not yet sent."""

from __future__ import annotations

from django.db import models

from yinuo.facts.ids import new_id


class PortalDraft(models.Model):
    """A half-filled complaint, sealed with a key that only the customer's browser holds.

    The server keeps a hash of the browser's token to find the row; the key that opens it is derived from the
    token itself, so a copy of the database does not reveal what was typed. Kept for seven days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["saved_at"], name="portal_drafts_age")]

    def __str__(self) -> str:
        return f"draft of {self.saved_at:%F %R}"
