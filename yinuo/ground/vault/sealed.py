"""A column of words that stands sealed in the database and is read as text.

What is stored: the subject's id (16 bytes), then the ciphertext, which names its algorithm and is bound to model, column
and row. So words are opened by the key they were sealed with, whatever the row points at later, and a value carried to
another row is refused. No words at all are stored as nothing: that there are none may be asked by a query.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext

from yinuo.ground.vault.ciphertext import CiphertextRefused, decrypt, encrypt
from yinuo.ground.vault.hand import secret_of
from yinuo.ground.vault.keys import KeyDestroyed, KeyMissing, new_subject_key
from yinuo.ground.vault.models import SubjectKey

SUBJECT_BYTES = 16

if TYPE_CHECKING:
    _Column = models.BinaryField[str, str]
else:
    _Column = models.BinaryField


class Keeper(Protocol):
    """A model with sealed words says whose key seals them."""

    pk: Any

    def sealed_for(self) -> UUID:
        """The subject: the customer it is about, or the case itself."""


class Erased(str):
    """Stands where words can be opened no more; saved again, the row keeps what it had."""

    sealed: bytes

    @classmethod
    def instead_of(cls, sealed: bytes) -> Erased:
        """The word that pages show."""
        word = cls(gettext("[erased]"))
        word.sealed = sealed
        return word


class _Words(DeferredAttribute):
    """Opens what the row holds when somebody reads it, once."""

    field: SealedText

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        name, held = self.field.attname, instance.__dict__
        if name not in held:
            instance.refresh_from_db(fields=[name])
        value = held[name]
        if value is None or isinstance(value, str):
            return value
        opened = held.get(f"_opened_{name}")
        if opened is None or opened[0] is not value:
            opened = held[f"_opened_{name}"] = value, self.field.open(instance.pk, value)
        return opened[1]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value.sealed if isinstance(value, Erased) else value


class SealedText(_Column):
    """Text in Python, ciphertext in the database. Plain text never reaches it: a row written around the model is a
    TypeError unless `sealed_row` sealed it."""

    descriptor_class = _Words
    rows_are_given_whole = True  # `facts.rows` need not make a model to ask for its value

    def seal(self, pk: UUID, text: str, subject_id: UUID, key: bytes) -> bytes:
        """What is stored of a text in the row with this key."""
        return subject_id.bytes + encrypt(key, text, self._place(pk)) if text else b""

    def open(self, pk: UUID, stored: bytes | memoryview) -> str:
        """The text; Erased once the key is destroyed. Raises CiphertextRefused for what was changed or moved."""
        raw = bytes(stored)
        if not raw:
            return ""
        if len(raw) <= SUBJECT_BYTES:
            raise CiphertextRefused("not a ciphertext of this vault")
        try:
            key = secret_of(UUID(bytes=raw[:SUBJECT_BYTES]))
        except (KeyDestroyed, KeyMissing):
            return Erased.instead_of(raw)
        return decrypt(key, raw[SUBJECT_BYTES:], self._place(pk))

    def pre_save(self, instance: Any, add: bool) -> Any:
        """The ciphertext; made now where the text is new."""
        held = instance.__dict__
        value = held[self.attname]
        if isinstance(value, str):
            sealed = b"" if not value else self._sealed(instance, value)
            held[self.attname], held[f"_opened_{self.attname}"] = sealed, (sealed, value)
            return sealed
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Refuses text: whoever compares or writes it plain has forgotten that it is sealed."""
        if isinstance(value, str):
            if value:
                raise TypeError(f"{self.model._meta.label}.{self.name} is sealed and takes no plain text")
            value = b""
        return super().get_db_prep_value(value, connection, prepared)

    def _sealed(self, instance: Keeper, text: str) -> bytes:
        subject = instance.sealed_for()
        return self.seal(instance.pk, text, subject, key_for(subject))

    def _place(self, pk: UUID) -> bytes:
        return f"{self.model._meta.label}.{self.name}:".encode() + pk.bytes


def key_for(subject_id: UUID) -> bytes:
    """The raw key of a subject, made where there was none. Raises KeyDestroyed: nothing new is written of the erased."""
    try:
        return secret_of(subject_id)
    except KeyMissing:
        row, key = new_subject_key(subject_id)
        SubjectKey.objects.create(**row)
        return key


def sealed_row(
    model: type[models.Model], row: Mapping[str, Any], subject_id: UUID, key: bytes
) -> dict[str, Any]:
    """A row for `write_rows` with its words sealed by the subject's raw key."""
    pk = row[model._meta.pk.attname]
    return {**row, **{
        field.attname: field.seal(pk, row[field.attname], subject_id, key)
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedText) and isinstance(row.get(field.attname), str)
    }}  # fmt: skip
