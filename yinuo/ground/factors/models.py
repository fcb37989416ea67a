"""Second factors of staff: a secret shared with an app on a phone, and codes for when the phone is lost."""

from __future__ import annotations

from django.db import models

from yinuo.facts.ids import new_id
from yinuo.ground.people.models import User


class Authenticator(models.Model):
    """An app that shows a new code every thirty seconds. The secret is sealed with the person's key of the vault; it
    counts once `confirmed_at` is set, and each of its steps opens once."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="authenticator"
    )
    secret = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """A code that opens once, as a keyed digest."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="factors_code_once")]


class Passkey(models.Model):
    """The public half of a key pair on somebody's device. `sign_count` is what the device counted last; 0 if it does
    not count."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)


class ResetAsked(models.Model):
    """That somebody's second factor be taken away: asked by one administrator, granted by another. One row a person."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="reset_asked")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
