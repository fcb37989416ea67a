"""The key ring: master keys from the settings, one wrapped key per subject, blind indexes and digests.

`settings.VAULT_KEYS` maps a key id (1…65535) to its secret bytes. The highest id wraps new keys; older ids
only open. The blind index stands on the lowest id, which therefore stays until everything is indexed anew.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from yinuo.facts.ids import new_id
from yinuo.ground.vault.ciphertext import KEY_BYTES, CiphertextRefused, derive, key_id_of, seal, unseal
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vault.normal import normal_form


class KeyMissing(LookupError):
    """No key was ever made for this subject."""


class KeyDestroyed(LookupError):
    """The subject's key was destroyed: what was sealed with it is erased."""


def new_subject_key(
    subject_id: UUID | None = None, *, at: datetime | None = None
) -> tuple[dict[str, Any], bytes]:
    """A fresh key and its SubjectKey row for `write_rows`. Touches no database."""
    subject = subject_id or new_id()
    key = secrets.token_bytes(KEY_BYTES)
    key_id = max(_ring())
    wrapped = seal(_wrapping(key_id), key, _place(subject), key_id=key_id)
    row = {
        "subject_id": subject,
        "wrapped": wrapped,
        "created_at": at or timezone.now(),
        "destroyed_at": None,
    }
    return row, key


def unwrap(subject_id: UUID, wrapped: bytes | memoryview | None) -> bytes:
    """The raw key of a SubjectKey row already read. Raises KeyDestroyed, or CiphertextRefused if tampered."""
    if wrapped is None:
        raise KeyDestroyed(str(subject_id))
    key_id = key_id_of(wrapped)
    if key_id not in _ring():
        raise CiphertextRefused(f"master key {key_id} is not in VAULT_KEYS")
    return unseal(_wrapping(key_id), wrapped, _place(subject_id))


def open_key(subject_id: UUID) -> bytes:
    """The raw key of a subject, in one query. Raises KeyMissing or KeyDestroyed."""
    found = SubjectKey.objects.filter(pk=subject_id).values_list("wrapped", flat=True)
    if not found:
        raise KeyMissing(str(subject_id))
    return unwrap(subject_id, found[0])


def open_keys(subject_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The raw keys of many subjects in one query; missing and destroyed ones are left out."""
    found = SubjectKey.objects.filter(pk__in=set(subject_ids), destroyed_at=None)
    return {pk: unwrap(pk, wrapped) for pk, wrapped in found.values_list("pk", "wrapped")}


def blind_index(kind: str, value: str) -> bytes:
    """32 bytes by which an exact value can be found and not read; same value, same kind: same bytes.

    `phone`, `email`, `id_number` and `card` are normalised first, so that spelling does not matter.
    """
    ring = _ring()
    key = derive(ring[min(ring)], "index")
    return hmac.digest(key, f"{kind}\0{normal_form(kind, value)}".encode(), hashlib.sha256)


def digest(subject_key: bytes, text: str) -> str:
    """64 hex digits that stand for a text in a fact; meaningless once the subject's key is destroyed."""
    return hmac.digest(derive(subject_key, "digest"), text.encode(), hashlib.sha256).hex()


def _ring() -> dict[int, bytes]:
    ring: dict[int, bytes] = getattr(settings, "VAULT_KEYS", {})
    if not ring or any(not 0 < number < 65536 or len(secret) < 32 for number, secret in ring.items()):
        raise ImproperlyConfigured("VAULT_KEYS must map key ids 1…65535 to secrets of at least 32 bytes")
    return ring


def _wrapping(key_id: int) -> bytes:
    return _wrapping_of(_ring()[key_id])


@lru_cache(maxsize=16)  # a list opens one key a line; the ring itself is in memory as well
def _wrapping_of(master: bytes) -> bytes:
    return derive(master, "wrap")


def _place(subject_id: UUID) -> bytes:
    return b"vault.SubjectKey.wrapped:" + subject_id.bytes
