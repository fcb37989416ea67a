"""The key ring: master keys from the settings, one wrapped key per subject, blind indexes and digests.

`settings.VAULT_KEYS` maps a number (1…65535) to its secret bytes. The highest wraps new keys; older ones only open,
until `customers.rotation` has wrapped every subject's key anew. `settings.INDEX_KEYS` is a ring of its own for blind
indexes: the highest indexes, older ones only find. `settings.CODE_KEY` turns random codes into digests; nothing that
can be guessed is kept under it, and it does not rotate.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
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
    key_id = newest_master()
    wrapped = _wrap(subject, key, key_id)
    row = {
        "subject_id": subject,
        "wrapped": wrapped,
        "wrapped_by": key_id,
        "created_at": at or timezone.now(),
        "destroyed_at": None,
    }
    return row, key


def new_wrapped_key(owner_id: UUID) -> tuple[dict[str, Any], bytes]:
    """A fresh key that a row keeps itself, in its columns `wrapped` and `wrapped_by` (`rotation` brings them to the newest
    master key). Touches no database."""
    row, key = new_subject_key(owner_id)
    return {"wrapped": row["wrapped"], "wrapped_by": row["wrapped_by"]}, key


def unwrap(subject_id: UUID, wrapped: bytes | memoryview | None) -> bytes:
    """The raw key of a SubjectKey row already read. Raises KeyDestroyed, or CiphertextRefused if tampered."""
    if wrapped is None:
        raise KeyDestroyed(str(subject_id))
    key_id = key_id_of(wrapped)
    if key_id not in _ring():
        raise CiphertextRefused(f"master key {key_id} is not in VAULT_KEYS")
    return unseal(_wrapping(key_id), wrapped, _place(subject_id))


def rewrap(subject_id: UUID, wrapped: bytes | memoryview) -> dict[str, Any]:
    """The columns of a SubjectKey wrapped anew with the newest master key. Raises what `unwrap` raises."""
    key_id = newest_master()
    return {"wrapped": _wrap(subject_id, unwrap(subject_id, wrapped), key_id), "wrapped_by": key_id}


def newest_master() -> int:
    """The number of the master key that wraps."""
    return max(_ring())


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
    return blind_indexes(kind, value)[0]


def blind_indexes(kind: str, value: str) -> list[bytes]:
    """Under every index key, the newest first: a value may still be indexed by an older one."""
    text = f"{kind}\0{normal_form(kind, value)}".encode()
    ring = _ring("INDEX_KEYS")
    keys = [_purpose(ring[number], "index") for number in sorted(ring, reverse=True)]
    return [hmac.digest(key, text, hashlib.sha256) for key in keys]


def newest_index() -> int:
    """The number of the index key by which new values are indexed."""
    return max(_ring("INDEX_KEYS"))


def code_index(kind: str, code: str) -> bytes:
    """32 bytes by which a random code of ours is found; nothing for what somebody could guess."""
    return hmac.digest(_purpose(settings.CODE_KEY, "codes"), f"{kind}\0{code}".encode(), hashlib.sha256)


def digest(subject_key: bytes, text: str) -> str:
    """64 hex digits that stand for a text in a fact; meaningless once the subject's key is destroyed."""
    return hmac.digest(derive(subject_key, "digest"), text.encode(), hashlib.sha256).hex()


def _ring(name: str = "VAULT_KEYS") -> Mapping[int, bytes]:
    ring: Mapping[int, bytes] = getattr(settings, name, {})
    if not ring or any(not 0 < number < 65536 or len(secret) < 32 for number, secret in ring.items()):
        raise ImproperlyConfigured(f"{name} must map numbers 1…65535 to secrets of at least 32 bytes")
    return ring


def _wrap(subject: UUID, key: bytes, key_id: int) -> bytes:
    return seal(_wrapping(key_id), key, _place(subject), key_id=key_id)


def _wrapping(key_id: int) -> bytes:
    return _purpose(_ring()[key_id], "wrap")


@lru_cache(maxsize=64)  # a list opens one key a line; the rings themselves are in memory as well
def _purpose(secret: bytes, purpose: str) -> bytes:
    return derive(secret, purpose)


def _place(subject_id: UUID) -> bytes:
    return b"vault.SubjectKey.wrapped:" + subject_id.bytes
