"""Changeover 换版: cases that began under one edition of a process go on under another. The model, and what is proven.

Somebody proposes the map, somebody else approves it, a job takes the cases over one by one (`changing_over`). What is
stored says only which place becomes which; what that moves is proven anew wherever it is asked, and is always the same,
because editions never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.exploring import Situation
from yinuo.engines.processes.marking import Marking
from yinuo.engines.processes.problems import StepRefused
from yinuo.engines.processes.proving import Proof, prove, situation_of
from yinuo.facts.ids import new_id
from yinuo.ground.people.tree import tree

PROCESS = "process"


class Changeover(models.Model):
    """A map from the places of `old` to those of `new`, an empty one for none, and who decided it.

    Either may be of the whole bank or of a unit: cases of units for which `new` is in force change over, others stay.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("changeover", "Proposed")
        APPROVED = "approved", pgettext_lazy("changeover", "Approved")
        REFUSED = "refused", pgettext_lazy("changeover", "Not approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("changeover", "Withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    old = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    new = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    places = models.JSONField(default=dict)
    note = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"], name="cases_one_changeover_proposed", condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="cases_changeover_by_another",
            ),
        ]
        indexes = [models.Index(fields=["new", "-proposed_at"], name="cases_changeovers")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"

    @property
    def proof(self) -> Proof:
        """What is proven of its map."""
        return proof_of(self.old_id, self.new_id, self.places)


def proof_of(old: UUID, new: UUID, places: Mapping[str, str]) -> Proof:
    """What is proven of a map between two editions."""
    return _proof(old, new, tuple(sorted(places.items())))


@lru_cache(maxsize=64)
def _proof(old: UUID, new: UUID, places: tuple[tuple[str, str], ...]) -> Proof:
    return prove(shelf.parsed(shelf.by_id(old)), shelf.parsed(shelf.by_id(new)), dict(places))


def stands(case: Case, changeover: Changeover) -> Situation:
    """Where a case stands on the old drawing; nowhere where that cannot be read."""
    try:
        return situation_of(changeover.proof.old, Marking.from_json(case.marking))
    except (StepRefused, KeyError):
        return frozenset()


def for_units(new: Edition, units: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the units whose cases would be opened by the new edition today: their cases alone change over to it."""
    return shelf.units_under(new, units)


def open_on(old: UUID, new: Edition) -> QuerySet[Case]:
    """Open cases of the old edition that an edition of this scope could concern: of its unit and below, or all."""
    cases = Case.objects.filter(process=old, is_open=True)
    if new.unit_id is None:
        return cases
    return cases.filter(owning_unit__in=tree(timezone.localdate()).subtree(new.unit_id))
