"""Intention 待生效: a verb that was begun, can be taken back for ten seconds, and only then happens. Model, as in `models`.

`intentions` keeps, takes back and releases them; whatever moves a case asks here whether one is on its way.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.engines.cases.rows import CASE
from yinuo.facts.ids import new_id
from yinuo.facts.questions import Question
from yinuo.ground.people.models import User


class Intention(models.Model):
    """What somebody has begun and what has not happened: no fact, no clock, no letter knows of it before `release_at`.

    `sealed` is what was typed, JSON under the key of `subject_id`: of the customer, or of the case where it has none. It
    goes once the verb is done, and stays for its author where it was taken back or refused. `language`: in which it was
    begun. `reasons`: why it was refused at its release, by language; `seen_at`: when its author opened the case after
    that.
    """

    class State(models.TextChoices):
        HELD = "held"
        RELEASED = "released"
        TAKEN_BACK = "taken_back"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="intentions", db_index=False)
    verb = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    sealed = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=8)
    at = models.DateTimeField()
    release_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    reasons = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="cases_one_intention", condition=models.Q(state="held")
            )
        ]
        indexes = [
            models.Index(fields=["case", "at"], name="cases_intentions"),
            models.Index(fields=["by", "state"], name="cases_intentions_of"),
            models.Index(
                fields=["release_at"], name="cases_intentions_held", condition=models.Q(state="held")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.case_id}"

    @property
    def reason(self) -> str:
        """Why it was refused, in the reader's language; "" where it was not."""
        reasons: dict[str, str] = self.reasons
        return reasons.get(get_language() or "", reasons.get(self.language, ""))


def held_of(case: Case) -> Intention | None:
    """What is on its way on a case."""
    return next(iter(_HELD.objects(case=case.pk)), None)


def need_free(case: Case, by: User | None) -> None:
    """CaseRefused for staff while something is on its way on a held case; customers and programs do not wait for us."""
    if by is not None and _IS_HELD(case=case.pk):
        raise CaseRefused(
            _("Another step of this case takes effect in a moment: wait for it, or have it taken back first.")
        )


_OF_CASE = Intention.objects.filter(case_id=CASE, state=Intention.State.HELD)
_HELD = Question(lambda: _OF_CASE.select_related("by"))
_IS_HELD = Question(lambda: _OF_CASE.values_list("pk"))
