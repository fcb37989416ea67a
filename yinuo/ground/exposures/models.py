"""Exposure: how many branches, customers or transactions a unit had in a month."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinuo.facts.ids import new_id
from yinuo.ground.people.models import Unit


class Series(models.TextChoices):
    """What is counted. Branches and customers are those of the month's last day, transactions those of the month."""

    BRANCHES = "branches", _("Branches")
    CUSTOMERS = "customers", _("Customers")
    TRANSACTIONS = "transactions", _("Transactions")


class Exposure(models.Model):
    """What a bank stated for a unit with everything below it; `month` is the month's first day.

    Never changed: a correction is a row of its own, and the row before it has been `replaced_at` that moment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="exposures")
    month = models.DateField()
    series = models.CharField(max_length=20, choices=Series.choices)
    amount = models.PositiveBigIntegerField()
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "series", "month"], condition=Q(replaced_at=None), name="exposures_one_holds"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="exposures_month_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.series} {self.month:%Y-%m} {self.amount}"
