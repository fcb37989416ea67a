"""What only call-backs know, as columns."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case
from yinuo.facts.ids import new_id
from yinuo.ground.vault.sealed import SealedText


class Grade(models.TextChoices):
    """How much time the promise gives."""

    ORDINARY = "ordinary", _("Ordinary")
    COMPLEX = "complex", _("Complex")


class Outcome(models.TextChoices):
    """How a call-back ended."""

    SATISFIED = "satisfied", _("Satisfied")
    NOT_SATISFIED = "not_satisfied", _("Not satisfied")
    OTHER = "other", _("Another opinion")
    REFUSED = "refused", _("Did not want to be asked")
    NOT_REACHED = "not_reached", _("Not reached")


REACHED = (Outcome.SATISFIED, Outcome.NOT_SATISFIED, Outcome.OTHER)


class CallBack(models.Model):
    """One run for one customer because of a closed case, which its Reference names.

    `title` is what that case was about, `words` what the customer said now: both can be erased. `timely`: the
    customer finds it was dealt with in good time, None where nobody asked. `third_party`: the caller holds no post
    in the unit that handled the closed case; None until somebody was reached.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="callback")
    title = SealedText()
    grade = models.CharField(max_length=12, choices=Grade.choices, default=Grade.ORDINARY)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    timely = models.BooleanField(null=True)
    words = SealedText(blank=True)
    third_party = models.BooleanField(null=True)
    tried = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["outcome"], name="callbacks_outcome")]

    def __str__(self) -> str:
        return str(self.case_id)  # never the words: this goes into logs

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()


class Attempt(models.Model):
    """One day's attempt that did not reach the customer; a day counts once, whoever called."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("Nobody answered")
        BUSY = "busy", _("Busy")
        OFF = "off", _("Switched off or no network")
        LATER = "later", _("Asked to be called later")
        WRONG = "wrong", _("Wrong number")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call_back = models.ForeignKey(CallBack, models.CASCADE, related_name="attempts", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    result = models.CharField(max_length=12, choices=Result.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call_back", "day"], name="callbacks_one_attempt_a_day")
        ]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.result}"
