"""What was uploaded: kind and size of each file, its name sealed; the bytes lie in the store, sealed, under their hash."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.db import models
from django.urls import reverse

from yinuo.facts.ids import new_id
from yinuo.ground.vault.ciphertext import decrypt, encrypt
from yinuo.ground.vault.keys import unwrap


class Scan(models.TextChoices):
    """What is known of malware in a file."""

    NONE = "none"  # nobody scans here
    WAITING = "waiting"  # the scanner did not answer yet; nobody has the file before it does
    CLEAN = "clean"
    INFECTED = "infected"  # its bytes are in quarantine


class StoredFile(models.Model):
    """One file of one owner, with a key of its own: whoever removes the row has destroyed the content, wherever its bytes lie.

    `size` is that of what was uploaded; `sha256` that of what lies in the store.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    owner_kind = models.CharField(max_length=40)
    owner_id = models.UUIDField()
    name_ct = models.BinaryField()
    digest_ct = models.BinaryField()
    wrapped = models.BinaryField()
    wrapped_by = (
        models.PositiveIntegerField()
    )  # the number of the master key, as the header of `wrapped` says
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
            models.Index(fields=["wrapped_by"], name="files_wrapped_by"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.pk}"  # never the name: people write names of persons into it

    @cached_property
    def key(self) -> bytes:
        """What opens name and bytes. Raises CiphertextRefused where the master key is not here."""
        return unwrap(self.pk, self.wrapped)

    @property
    def name(self) -> str:
        """As it was called where it came from."""
        return decrypt(self.key, self.name_ct, place(self.pk, "name"))

    @property
    def digest(self) -> str:
        """The SHA-256 of what was uploaded, hexadecimal: by it somebody who has the file can tell it is this one."""
        return decrypt(self.key, self.digest_ct, place(self.pk, "digest"))

    @property
    def url(self) -> str:
        """Where it is downloaded, by those who may."""
        return reverse("files:download", args=[self.pk])

    @property
    def is_given(self) -> bool:
        """Whether those who may read it get it."""
        return self.scan in (Scan.NONE, Scan.CLEAN)


def sealed_columns(file_id: UUID, key: bytes, *, name: str, digest: str) -> dict[str, bytes]:
    """The sealed columns of a file."""
    return {
        "name_ct": encrypt(key, name, place(file_id, "name")),
        "digest_ct": encrypt(key, digest, place(file_id, "digest")),
    }


def place(file_id: UUID, column: str) -> bytes:
    """The context that binds a sealed column to its row."""
    return f"files.StoredFile.{column}:".encode() + file_id.bytes
