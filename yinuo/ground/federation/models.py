"""Which account somebody is whom the bank's identity provider vouches for."""

from __future__ import annotations

from django.db import models

from yinuo.facts.ids import new_id
from yinuo.ground.people.models import User


class Binding(models.Model):
    """An account, bound for good to one subject of one issuer (OpenID Connect Core 1.0, section 2: the only claims that name
    somebody for good; names and addresses are given to others later). Written by `federation.binding` only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bindings")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="federation_subject_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="federation_account_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
