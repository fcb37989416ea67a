"""What only reviews know, as columns."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case
from yinuo.ground.vault.sealed import SealedText


class Outcome(models.TextChoices):
    """How a review ended."""

    UPHELD = "upheld", _("The answer stands")
    CHANGED = "changed", _("A new answer is due")


class Review(models.Model):
    """One run for one decision about a case, which its Reference names.

    `decision` is the fact by which that was decided: it is reviewed once. `words` are the customer's, `reasons`
    those the customer was told; both can be erased.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="review")
    decision = models.UUIDField(unique=True)
    decided_at = models.DateTimeField()
    words = SealedText()
    by_customer = models.BooleanField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reasons = SealedText(blank=True)

    class Meta:
        indexes = [models.Index(fields=["outcome"], name="reviews_outcome")]

    def __str__(self) -> str:
        return self.outcome

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()
