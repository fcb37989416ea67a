"""What is sealed, opened with nothing of yinuo: the layout as decision 22 and `vault/ciphertext.py` state it, written anew."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def opened(
    stored: bytes, place: str, row: UUID, keys: Mapping[UUID, bytes], masters: Mapping[int, bytes]
) -> str:
    """The words of a column (`label.column`) in a row, sealed by AES-256-GCM; `keys` are the wrapped ones by subject."""
    raw = bytes(stored)
    if not raw:
        return ""
    subject = UUID(bytes=raw[:16])
    wrapped = keys[subject]
    key = _unsealed(
        _derived(masters[int.from_bytes(wrapped[1:3], "big")], b"wrap"),
        wrapped,
        b"vault.SubjectKey.wrapped:" + subject.bytes,
    )
    return _unsealed(key, raw[16:], f"{place}:".encode() + row.bytes).decode()


def _unsealed(key: bytes, sealed: bytes, context: bytes) -> bytes:
    if sealed[0] != 1:
        raise ValueError(f"algorithm {sealed[0]} is not AES-256-GCM")
    return AESGCM(key).decrypt(sealed[3:15], sealed[15:], sealed[:3] + context)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    extracted = hmac.digest(b"yinuo/vault", secret, hashlib.sha256)
    return hmac.digest(extracted, purpose + b"\x01", hashlib.sha256)
