"""A hash tree over the positions (RFC 6962): one fact is shown to belong to a signed head by a few dozen hashes.

The chain shows the bank that nothing was touched, but whoever checks one fact by it needs every digest up to the head.
Roots of whole blocks of `WIDTH` are kept as tiles, blocks of blocks too, so that a root and a path cost reading a few
blocks, however long the chain is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

BITS = 8
WIDTH = 1 << BITS

Block = Callable[[int, int], Sequence[bytes]]


def leaf(seq: int, digest: str) -> bytes:
    """The hash of one position: SHA-256 of a zero byte and "seq:digest"."""
    return sha256(b"\x00%d:%s" % (seq, digest.encode())).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two: SHA-256 of a one byte and both."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The tree over positions 1 to `size`. `read(level, block)` gives the hashes of one block: leaves on level 0, roots
    of whole blocks of the level below on the others, oldest first."""

    def __init__(self, size: int, read: Block, bits: int = BITS) -> None:
        self.size, self._read, self._bits = size, read, bits
        self._blocks: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self) -> bytes:
        """The hash over all; of nothing for an empty tree."""
        return self._hash(0, self.size) if self.size else sha256(b"").digest()

    def path(self, seq: int) -> list[bytes]:
        """What leads from the position to the root, nearest first; IndexError for one that is not there."""
        if not 1 <= seq <= self.size:
            raise IndexError(seq)
        start, end, place, found = 0, self.size, seq - 1, list[bytes]()
        while end - start > 1:
            middle = start + _left(end - start)
            if place < middle:
                found.append(self._hash(middle, end))
                end = middle
            else:
                found.append(self._hash(start, middle))
                start = middle
        return found[::-1]

    def peaks(self) -> list[tuple[int, bytes]]:
        """(width, hash) of the whole binary trees it is made of, the widest first."""
        start, found = 0, list[tuple[int, bytes]]()
        while start < self.size:
            width = 1 << (self.size - start).bit_length() - 1
            found.append((width, self._hash(start, start + width)))
            start += width
        return found

    def block(self, level: int, index: int) -> bytes:
        """The root of one whole block, from the level below it."""
        width = 1 << self._bits * level
        return self._split(index * width, (index + 1) * width)

    def _hash(self, start: int, end: int) -> bytes:
        level, whole = 0, 1
        while whole < end - start:
            level, whole = level + 1, whole << self._bits
        if whole == end - start and start % whole == 0:
            return self._known(level, start // whole)
        return self._split(start, end)

    def _split(self, start: int, end: int) -> bytes:
        middle = start + _left(end - start)
        return node(self._hash(start, middle), self._hash(middle, end))

    def _known(self, level: int, index: int) -> bytes:
        block, place = divmod(index, 1 << self._bits)
        if (level, block) not in self._blocks:
            self._blocks[level, block] = self._read(level, block)
        return self._blocks[level, block][place]


def _left(size: int) -> int:
    """The largest power of two below a size of two and more."""
    return 1 << (size - 1).bit_length() - 1


class Growing:
    """The tree again, leaf by leaf, holding no more than its peaks; `begin` gives the peaks where it was known."""

    def __init__(self, begin: Tree | None = None, bits: int = BITS) -> None:
        self._peaks = begin.peaks() if begin else []
        self._bits = bits
        self.size = begin.size if begin else 0

    def add(self, hashed: bytes) -> list[tuple[int, int, bytes]]:
        """Put a leaf at the end; (level, index, root) of each block that became whole by it."""
        self.size, width, whole = self.size + 1, 1, list[tuple[int, int, bytes]]()
        while self._peaks and self._peaks[-1][0] == width:
            hashed, width = node(self._peaks.pop()[1], hashed), width * 2
            level, rest = divmod(width.bit_length() - 1, self._bits)
            if not rest:
                whole.append((level, self.size // width - 1, hashed))
        self._peaks.append((width, hashed))
        return whole

    def root(self) -> bytes:
        """The hash over all so far."""
        found = self._peaks[-1][1] if self._peaks else sha256(b"").digest()
        for _width, peak in reversed(self._peaks[:-1]):
            found = node(peak, found)
        return found
