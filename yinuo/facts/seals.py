"""Seals that anybody can check: Ed25519 over what the bank states, by a key whose public half is published.

Heads are signed by HMAC too (heads.py), which only the bank itself can check.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from yinuo.facts import canonical
from yinuo.facts.models import Checkpoint


def seal(stated: bytes) -> str:
    """The signature of 64 bytes, hexadecimal."""
    return _key(settings.PROOF_KEY).sign(stated).hex()


def holds(stated: bytes, signature: str) -> bool:
    """Whether we sealed just this."""
    try:
        _key(settings.PROOF_KEY).public_key().verify(bytes.fromhex(signature), stated)
    except (ValueError, InvalidSignature):
        return False
    return True


def public_key() -> str:
    """The published half: 32 bytes, hexadecimal."""
    return _key(settings.PROOF_KEY).public_key().public_bytes_raw().hex()


def fingerprint() -> str:
    """SHA-256 of the public key's bytes, hexadecimal: short enough to be read out and compared."""
    return hashlib.sha256(bytes.fromhex(public_key())).hexdigest()


def of(head: Checkpoint) -> bytes:
    """What the seal of a checkpoint states; the verifier writes down the same."""
    said = {"seq": head.seq, "root": head.root, "chain": head.chain, "at": canonical.instant(head.at)}
    return canonical.dumps(said | {"what": "yinuo.checkpoint/1"}).encode()


@lru_cache(maxsize=4)
def _key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"yinuo proof:" + secret.encode()).digest())
