"""Who was asked about what, and what they answered. The words stand in a row of their own that can be erased."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yinuo.engines.cases.models import Case
from yinuo.facts.ids import new_id
from yinuo.ground.customers.models import Customer
from yinuo.ground.vault.sealed import SealedText

LOW = 2  # this and less is a low score
TOP = 4  # this and more is satisfied


class Rating(models.IntegerChoices):
    """How satisfied, from 1 to 5."""

    VERY_BAD = 1, pgettext_lazy("rating", "Very poor")
    BAD = 2, pgettext_lazy("rating", "Poor")
    MIDDLING = 3, pgettext_lazy("rating", "Fair")
    GOOD = 4, pgettext_lazy("rating", "Good")
    VERY_GOOD = 5, pgettext_lazy("rating", "Very good")


class Invitation(models.Model):
    """One question to one customer about one case. Its link works once, until `expires_at`.

    `token_index` finds it by the token of its link without storing the token.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    about = models.ForeignKey(Case, models.PROTECT, related_name="invitations")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    token_index = models.BinaryField(max_length=32, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(choices=Rating.choices, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, rating=None)
                | Q(answered_at__isnull=False, rating__gte=1, rating__lte=5),
                name="surveys_answered_whole",
            )
        ]
        indexes = [
            models.Index(fields=["sent_at", "id"], name="surveys_by_age"),
            models.Index(fields=["answered_at"], name="surveys_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.about_id}: {self.rating}"

    @property
    def is_low(self) -> bool:
        """Whether somebody should look at it."""
        return self.rating is not None and self.rating <= LOW


class Opinion(models.Model):
    """What the customer wrote beside the rating."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, primary_key=True, related_name="opinion")
    text = SealedText()

    def __str__(self) -> str:
        return str(self.pk)  # never the words: this goes into logs

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.invitation.customer_id
