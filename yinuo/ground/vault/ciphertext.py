"""Authenticated encryption of short texts. A ciphertext says by which algorithm and key it was made.

Layout, in bytes: algorithm 1, key id 2 (big endian; 0 = a subject's own key), nonce 12, text n, tag 16.
The header and the caller's context are authenticated with the text, so a ciphertext moved to another
row, column or person is refused like a changed one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings

AES_256_GCM = 1
SM4_GCM = 2  # GB/T 32907 in GCM mode, for banks that must use national algorithms

KEY_BYTES = 32
HEADER_BYTES = 3
NONCE_BYTES = 12
TAG_BYTES = 16


class CiphertextRefused(ValueError):
    """The bytes are not a ciphertext made with this key for this place. Says nothing about the text."""


def encrypt(
    key: bytes, plain: str, context: bytes, *, algorithm: int | None = None, key_id: int = 0
) -> bytes:
    """Seal a text with a 32-byte key; the algorithm defaults to settings.VAULT_ALGORITHM (AES-256-GCM)."""
    return seal(key, plain.encode(), context, algorithm=algorithm, key_id=key_id)


def decrypt(key: bytes, sealed: bytes | memoryview, context: bytes) -> str:
    """The text that was sealed with this key and context; CiphertextRefused for anything else."""
    return unseal(key, sealed, context).decode()


def seal(key: bytes, plain: bytes, context: bytes, *, algorithm: int | None = None, key_id: int = 0) -> bytes:
    """As `encrypt`, for bytes. Raises ValueError for an unknown algorithm, key id or key length."""
    chosen = chosen_algorithm(algorithm)
    header = bytes([chosen]) + key_id.to_bytes(2, "big")
    nonce = secrets.token_bytes(NONCE_BYTES)
    return header + nonce + seal_with(chosen, key, nonce, plain, header + context)


def unseal(key: bytes, sealed: bytes | memoryview, context: bytes) -> bytes:
    """As `decrypt`, for bytes."""
    raw = bytes(sealed)
    if len(raw) < HEADER_BYTES + NONCE_BYTES:
        raise CiphertextRefused("not a ciphertext of this vault")
    header, nonce = raw[:HEADER_BYTES], raw[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
    body = raw[HEADER_BYTES + NONCE_BYTES :]
    return open_with(raw[0], key, nonce, body, header + context)


def chosen_algorithm(algorithm: int | None = None) -> int:
    """The algorithm by which new things are sealed: settings.VAULT_ALGORITHM (AES-256-GCM) unless another is asked for.
    ValueError for one that is not known."""
    chosen = getattr(settings, "VAULT_ALGORITHM", AES_256_GCM) if algorithm is None else algorithm
    if chosen not in _SEALERS:
        raise ValueError(f"algorithm {chosen!r} is not known")
    return int(chosen)


def seal_with(algorithm: int, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    """Ciphertext and tag. `nonce` (12 bytes) is used once with a key: `seal` and `streams` see to it, nobody else calls this."""
    return _SEALERS[algorithm](_checked(key), nonce, plain, bound)


def open_with(algorithm: int, key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    """What `seal_with` sealed; CiphertextRefused for anything else."""
    if len(body) < TAG_BYTES or algorithm not in _OPENERS:
        raise CiphertextRefused("not a ciphertext of this vault")
    try:
        return _OPENERS[algorithm](_checked(key), nonce, body, bound)
    except InvalidTag:
        raise CiphertextRefused("changed, moved, or sealed with another key") from None


def key_id_of(sealed: bytes | memoryview) -> int:
    """The key id in the header; CiphertextRefused when there is no header."""
    if len(sealed) < HEADER_BYTES:
        raise CiphertextRefused("not a ciphertext of this vault")
    return int.from_bytes(bytes(sealed[1:HEADER_BYTES]), "big")


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869, one block)."""
    extracted = hmac.digest(b"yinuo/vault", secret, hashlib.sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", hashlib.sha256)


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a vault key has {KEY_BYTES} bytes, not {len(key)}")
    return key


def _sm4(key: bytes) -> SM4:
    return SM4(derive(key, "sm4")[:16])  # SM4 keys have 128 bits; never the same bytes as the AES key


def _seal_aes(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, plain, bound)


def _open_aes(key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, body, bound)


def _seal_sm4(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    sealer = Cipher(_sm4(key), GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(bound)
    return sealer.update(plain) + sealer.finalize() + sealer.tag


def _open_sm4(key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    opener = Cipher(_sm4(key), GCM(nonce, body[-TAG_BYTES:])).decryptor()
    opener.authenticate_additional_data(bound)
    return opener.update(body[:-TAG_BYTES]) + opener.finalize()


_Step = Callable[[bytes, bytes, bytes, bytes], bytes]
_SEALERS: dict[int, _Step] = {AES_256_GCM: _seal_aes, SM4_GCM: _seal_sm4}
_OPENERS: dict[int, _Step] = {AES_256_GCM: _open_aes, SM4_GCM: _open_sm4}
