"""Tokens: how a program proves whom it acts for. Webhooks: where it wants to be told, and up to where it has been."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

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


class Webhook(models.Model):
    """A program is told the facts its token may read, in their order.

    `seq` is the last fact it is done with. `sending` is the end of what is under way: tried again, it is the same facts
    under the same id, whatever has happened since. `secret` is sealed with a key of the webhook's own.
    """

    class State(models.TextChoices):
        """ON until somebody pauses it, or nobody took anything for so long that it was given up."""

        ON = "on", _("in force")
        PAUSED = "paused", _("paused")
        GIVEN_UP = "given_up", _("given up")
        REMOVED = "removed", _("removed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.ForeignKey(Token, models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=400)
    kinds = models.CharField(
        max_length=400, blank=True
    )  # with a space between; "" for all; "complaints." for all of those
    secret = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ON)
    made_at = models.DateTimeField()
    seq = models.BigIntegerField()
    sending = models.BigIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)  # when something was taken last
    problem = models.CharField(max_length=40, blank=True)  # a code

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="api_webhook_due")]

    def __str__(self) -> str:
        return str(self.pk)
