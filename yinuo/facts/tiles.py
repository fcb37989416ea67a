"""The tree as the database keeps it: leaves follow from positions and facts, roots of whole blocks are tiles."""

from __future__ import annotations

from collections.abc import Sequence

from yinuo.facts import merkle
from yinuo.facts.merkle import Tree
from yinuo.facts.models import Position, Tile

LEVEL = 1 << 48  # tiles are numbered by level, then by place


def tree(size: int) -> Tree:
    """The tree over the positions up to `size`, whose tiles are kept."""
    return Tree(size, _read, merkle.BITS)


def grow(was: int, now: int) -> str:
    """Keep the tiles that became whole between two sizes, level by level; the root at the new size, hexadecimal."""
    grown = tree(now)
    level, width = 1, 1 << merkle.BITS
    while now // width:
        made = [
            Tile(id=level * LEVEL + index, root=grown.block(level, index).hex())
            for index in range(was // width, now // width)
        ]
        Tile.objects.bulk_create(made)
        level, width = level + 1, width << merkle.BITS
    return grown.root().hex()


def _read(level: int, block: int) -> Sequence[bytes]:
    width = 1 << merkle.BITS
    first = block * width
    if level:
        first += level * LEVEL
        tiles = Tile.objects.filter(id__gte=first, id__lt=first + width).order_by("id")
        return [bytes.fromhex(root) for root in tiles.values_list("root", flat=True)]
    places = Position.objects.filter(seq__gt=first, seq__lte=first + width).order_by("seq")
    return [merkle.leaf(seq, digest) for seq, digest in places.values_list("seq", "fact__digest")]
