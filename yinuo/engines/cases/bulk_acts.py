"""A bulk act and its rows: one verb, one person, many cases, a result for each. Models, as in `models`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from yinuo.engines.cases.models import Case
from yinuo.facts.ids import new_id
from yinuo.ground.jobs.models import Job
from yinuo.ground.vault.sealed import SealedText


class BulkAct(models.Model):
    """One verb done to many cases by one person. Which cases is fixed as they are chosen: one row each.

    `kept` is what the verb takes beside the case, as JSON under a key of the act's own;
    `asked` the query string of the list they were chosen in.
    Until it is begun it is only prepared; `job` does it where there are too many rows for one request.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=8)
    asked = models.TextField(blank=True)
    kept = SealedText(blank=True)
    chosen_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["by", "-chosen_at"], name="cases_bulk_of")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.verb} {self.pk}"

    def sealed_for(self) -> UUID:
        """Whose key seals what was given: it speaks of many customers."""
        return self.pk

    @property
    def given(self) -> dict[str, Any]:
        """What the verb takes beside the case."""
        given: dict[str, Any] = json.loads(self.kept or "{}")
        return given

    @given.setter
    def given(self, given: Mapping[str, Any]) -> None:
        self.kept = json.dumps(dict(given), ensure_ascii=False) if given else ""


class BulkRow(models.Model):
    """One case of a bulk act and what came of it; `reason` is what it was refused with, in the words of the day."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("bulk", "Not done yet")
        DONE = "done", pgettext_lazy("bulk", "Done")
        REFUSED = "refused", pgettext_lazy("bulk", "Refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.ForeignKey(BulkAct, models.CASCADE, related_name="rows", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "case"], name="cases_bulk_once")]

    def __str__(self) -> str:
        return str(self.pk)
