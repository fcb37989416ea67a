"""Contents of files between people, who have them plain, and the store, which has them sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from yinuo.ground.files.models import StoredFile
from yinuo.ground.files.store import FileDamaged, FolderStore, TooLarge, store
from yinuo.ground.vault.ciphertext import CiphertextRefused
from yinuo.ground.vault.streams import open_stream, seal_stream


@dataclass
class Measured:
    """What passed: how many bytes, and their SHA-256. Raises TooLarge once there are more than `most`."""

    chunks: Iterable[bytes]
    most: int
    size: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.size += len(chunk)
            if self.size > self.most:
                raise TooLarge
            self._hash.update(chunk)
            yield chunk

    @property
    def digest(self) -> str:
        """Hexadecimal, of what passed until now."""
        return str(self._hash.hexdigest())


def keep(into: FolderStore, key: bytes, chunks: Measured) -> str:
    """Put a content into the store, sealed with a key of its own; the SHA-256 under which it lies there. Raises TooLarge."""
    return into.put(seal_stream(key, chunks))[0]


def opened(file: StoredFile) -> BinaryIO:
    """What was uploaded, for reading. Raises FileDamaged if its bytes are missing or are not those that were put there."""
    stream = store().open_checked(file.sha256)
    try:
        return open_stream(file.key, stream)
    except CiphertextRefused:
        stream.close()
        raise FileDamaged(file.sha256) from None
