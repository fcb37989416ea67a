"""Term: one code of a list, with its words in three languages."""

from __future__ import annotations

from django.db import models

from yinuo.facts.ids import new_id


class Term(models.Model):
    """Today's rows of the code lists; editions publish them. A retired code stays, so that old cases can be read.

    `replaced_by` is the code that took its place in the same list, empty if none did.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list_key = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    name_zh_hans = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    name_zh_hant = models.CharField(max_length=120)
    parent = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField(default=0)
    retired = models.BooleanField(default=False)
    replaced_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list_key", "code"], name="terms_one_code")]
        ordering = ["list_key", "position"]

    def __str__(self) -> str:
        return f"{self.list_key}:{self.code}"
