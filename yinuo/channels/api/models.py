"""Tokens: how a program proves whom it acts for."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yinuo.facts.ids import new_id
from yinuo.ground.people.models import Unit


class Token(models.Model):
    """A program's credential. Only a hash is kept; it acts for a user, in a unit, until it expires.

    `unit` is where the complaints it brings are handled. It can do what its user may do and `scopes` names, no more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    scopes = models.CharField(max_length=2000)  # the verbs it was given, with a space between (RFC 6749, 3.3)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
