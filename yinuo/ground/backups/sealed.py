"""Streams of any length, encrypted with AES-256-GCM in pieces, so that nothing can be changed, moved, swapped or cut.

Layout: magic, salt 32, then pieces of 256 KiB, each with its tag. The key is derived from ours, the salt and the `place`
the stream belongs to; the nonce counts the pieces and says which is the last (the STREAM construction): a piece that is
missing, doubled or swapped, and a cut tail, are refused like a changed byte.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"yinuo-sealed-1\n"
SALT_BYTES, TAG_BYTES = 32, 16
PIECE = 256 * 1024


class SealBroken(ValueError):
    """Not sealed with this key for this place, or changed, or cut. Says nothing about the content."""


class Sealer:
    """Write to it, then `close`: a stream that was not closed does not open again."""

    def __init__(self, out: BinaryIO, key: bytes, place: str) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._out, self._cipher, self._bound = out, _cipher(key, salt, place), MAGIC + place.encode()
        self._rest, self._count = bytearray(), 0
        out.write(MAGIC + salt)

    def write(self, content: bytes) -> None:
        """Add to the stream."""
        self._rest += content
        while len(self._rest) > PIECE:  # the last piece is known only when there is no more
            self._put(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]

    def close(self) -> None:
        """Write the last piece; the file below stays open."""
        self._put(bytes(self._rest), last=True)
        self._rest.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._count, last), piece, self._bound))
        self._count += 1


def pieces(stream: BinaryIO, key: bytes, place: str) -> Iterator[bytes]:
    """What was written, in pieces, each checked before it is given. Raises SealBroken, at the latest at the end."""
    head = stream.read(len(MAGIC) + SALT_BYTES)
    if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
        raise SealBroken(f"{place}: not a sealed stream")
    cipher, bound = _cipher(key, head[len(MAGIC) :], place), MAGIC + place.encode()
    count, piece = 0, stream.read(PIECE + TAG_BYTES)
    while True:
        following = stream.read(PIECE + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(count, not following), piece, bound)
        except (InvalidTag, ValueError):
            raise SealBroken(f"{place}: changed, cut, or sealed with another key") from None
        if not following:
            return
        count, piece = count + 1, following


def fingerprint(secret: bytes) -> str:
    """16 digits by which two holders of a secret see that it is the same; they give nothing of it away."""
    return hmac.digest(secret, b"yinuo/backups/fingerprint", hashlib.sha256).hex()[:16]


def key_of(secret: str) -> bytes:
    """The 32 bytes a backup is encrypted with, from the secret as it is kept."""
    return hmac.digest(b"yinuo/backups/key", secret.encode(), hashlib.sha256)


def _cipher(key: bytes, salt: bytes, place: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"yinuo/backups/" + place.encode()).derive(key))


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
