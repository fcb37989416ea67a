"""What only preventions know, as columns: the figure they were opened at, and each round of planning and measuring."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case
from yinuo.ground.people.models import User


class Span(models.TextChoices):
    """The length of the periods compared."""

    MONTH = "month", _("Months")
    QUARTER = "quarter", _("Quarters")


class Better(models.TextChoices):
    """Which way the figure is to go."""

    LOWER = "lower", _("A lower figure is better")
    HIGHER = "higher", _("A higher figure is better")


class Verdict(models.TextChoices):
    """What the measure said when it was measured again."""

    BETTER = "better", _("Better")
    NOT_BETTER = "not_better", _("Not better")
    CANNOT_TELL = "cannot_tell", _("Cannot tell")


def _figure(**how: Any) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(max_digits=24, decimal_places=6, null=True, **how)


class Figure(models.Model):
    """A reading as it stood when it was taken; no interval where there is too little to go by."""

    period = models.CharField(max_length=8, blank=True)
    value = _figure()
    low = _figure()
    high = _figure()
    n = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Prevention(Figure):
    """One run against one cause; its own figure is the baseline. The case's handler is the owner.

    `root` and `ending` are words and can be erased. `outcome` is the verdict it was closed by or in spite of.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="prevention")
    business = models.CharField(max_length=20)
    cause = models.CharField(max_length=20)
    root = models.TextField()
    measure = models.CharField(max_length=80)
    better = models.CharField(max_length=6, choices=Better.choices)
    span = models.CharField(max_length=7, choices=Span.choices)
    outcome = models.CharField(max_length=11, choices=Verdict.choices, blank=True)
    ending = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["cause", "outcome"], name="preventions_cause")]

    def __str__(self) -> str:
        return self.cause


class Plan(Figure):
    """One round: what is changed by when, when that was done, and the figure measured afterwards.

    `due_on` is the day as it stands, `first_due_on` the one it was planned with.
    """

    prevention = models.ForeignKey(Prevention, models.CASCADE, related_name="plans")
    number = models.IntegerField()
    change = models.TextField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=11, choices=Verdict.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prevention", "number"], name="preventions_plan_number")
        ]

    def __str__(self) -> str:
        return str(self.number)
