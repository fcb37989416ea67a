"""What was uploaded: the name and kind of each file; the bytes lie in the store under their hash."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from yinuo.facts.ids import new_id


class Scan(models.TextChoices):
    """What is known of malware in a file."""

    NONE = "none"  # nobody scans here
    WAITING = "waiting"  # the scanner did not answer yet; nobody has the file before it does
    CLEAN = "clean"
    INFECTED = "infected"  # its bytes are in quarantine


class StoredFile(models.Model):
    """One file of one owner. Several rows may share the same bytes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    owner_kind = models.CharField(max_length=40)
    owner_id = models.UUIDField()
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.NONE)

    class Meta:
        indexes = [
            models.Index(fields=["owner_kind", "owner_id", "uploaded_at"], name="files_file_owner"),
            models.Index(fields=["uploaded_at"], name="files_waiting", condition=models.Q(scan="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.pk}"  # never the name: people write names of persons into it

    @property
    def url(self) -> str:
        """Where it is downloaded, by those who may."""
        return reverse("files:download", args=[self.pk])

    @property
    def is_given(self) -> bool:
        """Whether those who may read it get it."""
        return self.scan in (Scan.NONE, Scan.CLEAN)
