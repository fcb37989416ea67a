"""Edition: one version of something the bank decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinuo.facts.ids import new_id
from yinuo.ground.people.models import Unit

FIXED = frozenset({"kind", "key", "number", "content", "digest", "unit", "starts_on", "conflicts"})


class Shipped(models.Model):
    """A text as a version of Yinuo brought it: what the next version is compared with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    origin = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "digest"], name="editions_shipped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} {self.origin}"


class Edition(models.Model):
    """Drafted, approved by somebody else, effective from a moment, at last retired. Content never changes.

    `origin` is `shipped@<version>` for first editions loaded from files, else `bank`. A shipped edition is in
    force from the day it was loaded, and `approved_by` stays empty until a person of the bank confirms it.
    `unit`: for that unit and all below it; None for the whole bank. `starts_on`: the day on which a draft is meant to
    come into force; None for the moment of its approval. `shipped`: the shipped text it has taken in. `follows`: the
    edition it was written from. `conflicts`: paths of its text that the bank and a newer shipped text changed
    differently, and nobody has decided yet.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=40, default="bank")
    note = models.TextField(blank=True)
    effective_from = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="editions_drafted"
    )
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="editions_approved"
    )
    approved_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField(null=True)
    shipped = models.ForeignKey(Shipped, models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    conflicts = models.JSONField(default=list)
    retirement_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    retirement_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "number"], name="editions_one_number"),
        ]
        indexes = [models.Index(fields=["kind", "key", "-effective_from"], name="editions_in_force")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} {self.number}"

    def save(self, **how: Any) -> None:
        """Write it; TypeError where what was decided would change: a change is the next edition."""
        if not self._state.adding and not set(how.get("update_fields") or FIXED).isdisjoint(FIXED):
            raise TypeError(f"{self}: an edition's content never changes; draft the next one")
        super().save(**how)

    @property
    def confirmed(self) -> bool:
        """Whether a person of the bank has approved it; shipped content waits for that."""
        return self.approved_by_id is not None
