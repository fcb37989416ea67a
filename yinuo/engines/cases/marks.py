"""What colleagues have beside a case: told of a note, following it, given one last. Models, as in `models`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yinuo.engines.cases.models import Case, Note
from yinuo.facts.ids import new_id


class Mention(models.Model):
    """A colleague told of a note on a case. It lets nobody see a case who could not: `following` asks first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="mentions", db_index=False)
    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="cases_mentioned_once")]
        indexes = [
            models.Index(fields=["person", "-told_at", "-id"], name="cases_mentions"),
            models.Index(
                fields=["person", "case"], name="cases_mentions_unread", condition=models.Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Follower(models.Model):
    """Somebody who follows a case. `seen_version` is the case's as they last looked: a later one is news."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="followers", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    seen_version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="cases_followed_once")]

    def __str__(self) -> str:
        return str(self.pk)


class LastGiven(models.Model):
    """When somebody was last given a case, whichever: whose turn it is where two have as much to do."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
