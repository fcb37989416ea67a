"""Authenticated encryption of contents of any length, read and written in pieces.

STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO
2015): frames of 64 KiB, each sealed under a nonce of 7 random bytes, its number (4 bytes, big endian) and whether it is the
last (1 byte). So a content that was cut, lengthened, or whose frames were changed or carried elsewhere is refused.

Layout, in bytes: magic 3, version 1, algorithm 1, random part of the nonce 7; then frames of 65,536 + tag 16, the last
shorter. The key belongs to one content alone; the head is authenticated with every frame.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from yinuo.ground.vault.ciphertext import (
    NONCE_BYTES,
    TAG_BYTES,
    CiphertextRefused,
    chosen_algorithm,
    open_with,
    seal_with,
)

MAGIC = b"YNS\x01"
FRAME = 64 * 1024
RANDOM = NONCE_BYTES - 5
HEAD = len(MAGIC) + 1 + RANDOM
MOST_FRAMES = 2**32  # 256 TiB


def sealed_length(length: int) -> int:
    """Bytes that a content of so many bytes takes, sealed."""
    return HEAD + length + TAG_BYTES * max(1, -(-length // FRAME))


def seal_stream(key: bytes, chunks: Iterable[bytes], *, algorithm: int | None = None) -> Iterator[bytes]:
    """The sealed content, piece by piece; the key of 32 bytes must never seal another. ValueError for an unknown algorithm."""
    chosen = chosen_algorithm(algorithm)
    head = MAGIC + bytes([chosen]) + secrets.token_bytes(RANDOM)
    yield head
    number, held = 0, bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > FRAME:  # one frame stays behind: the last one is told from the others
            yield seal_with(chosen, key, _nonce(head, number, last=False), bytes(held[:FRAME]), head)
            number += 1
            del held[:FRAME]
    yield seal_with(chosen, key, _nonce(head, number, last=True), bytes(held), head)


def open_stream(key: bytes, stream: BinaryIO) -> BinaryIO:
    """The content for reading, in memory of one frame; closing it closes `stream`. Raises CiphertextRefused, now or while
    it is read, for what was not sealed with this key, or not whole; nothing of the frame that is wrong is given."""
    return io.BufferedReader(_Opened(key, stream), FRAME)


class _Opened(io.RawIOBase):
    def __init__(self, key: bytes, stream: BinaryIO) -> None:
        self._key, self._stream = key, stream
        self._head = stream.read(HEAD)
        if len(self._head) != HEAD or not self._head.startswith(MAGIC):
            raise CiphertextRefused("not a sealed content of this vault")
        self._frame, self._number, self._plain = stream.read(FRAME + TAG_BYTES), 0, memoryview(b"")
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._plain and not self._done:
            self._plain = memoryview(self._next())
        count = min(len(into), len(self._plain))
        into[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _next(self) -> bytes:
        behind = self._stream.read(FRAME + TAG_BYTES)
        self._done = not behind
        if self._number >= MOST_FRAMES:
            raise CiphertextRefused("longer than any content of ours")
        nonce = _nonce(self._head, self._number, last=self._done)
        plain = open_with(self._head[len(MAGIC)], self._key, nonce, self._frame, self._head)
        self._frame, self._number = behind, self._number + 1
        return plain


def _nonce(head: bytes, number: int, *, last: bool) -> bytes:
    return head[-RANDOM:] + number.to_bytes(4, "big") + bytes([last])
