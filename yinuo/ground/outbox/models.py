"""Letters that have to leave: each one a row, written in the transaction of the act it tells of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yinuo.facts.ids import new_id


class State(models.TextChoices):
    """written → sending → sent; or back to written, or doubtful (a person decides), or failed."""

    WRITTEN = "written", pgettext_lazy("letter", "waiting to be sent")
    SENDING = "sending", pgettext_lazy("letter", "being sent")
    SENT = "sent", pgettext_lazy("letter", "sent")
    DOUBTFUL = "doubtful", pgettext_lazy("letter", "perhaps sent")
    FAILED = "failed", pgettext_lazy("letter", "not deliverable")


class Letter(models.Model):
    """One letter to one address, sealed with the key of the person it is for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case_id = models.UUIDField(null=True, db_index=True)
    template = models.CharField(max_length=80)
    channel = models.CharField(max_length=20, default="email")
    subject_key_id = models.UUIDField()
    to_ct = models.BinaryField()
    subject_ct = models.BinaryField()
    body_ct = models.BinaryField()
    html_ct = models.BinaryField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    message_id = models.CharField(max_length=200)  # made of the id: as unique as that
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITTEN)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    data_at = models.DateTimeField(
        null=True
    )  # when we began to hand the text over: from here on it may be out
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(
        max_length=80, blank=True
    )  # a code such as "smtp:451" or "erased"; no free text

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="written"), name="outbox_letter_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="outbox_letter_leased"),
            models.Index(fields=["created_at"], condition=Q(state="doubtful"), name="outbox_letter_doubtful"),
            models.Index(fields=["created_at"], condition=Q(state="failed"), name="outbox_letter_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"
