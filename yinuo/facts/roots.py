"""Compares the tree over the positions, built anew while they are read, with the tiles and roots that are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yinuo.facts import merkle, tiles
from yinuo.facts.models import Tile


class Roots:
    """Grows with the walk along the chain. Tiles are read before the checkpoints, so that a checkpoint stands for each."""

    def __init__(self, add_problem: Callable[[str], None]) -> None:
        self._add_problem = add_problem
        self._tiles: dict[int, str] = {}
        self._expected: Mapping[int, str] = {}
        self._last = 0
        self._tree: merkle.Growing | None = merkle.Growing(bits=merkle.BITS)

    def read_tiles(self) -> None:
        """Take in the tiles as they are now."""
        self._tiles = dict(Tile.objects.values_list("id", "root"))

    def expect(self, roots: Mapping[int, str]) -> None:
        """The roots of the checkpoints, by their places; no tile reaches beyond the last of them."""
        self._expected, self._last = roots, max(roots, default=0)
        for tile in sorted(self._tiles):
            level, index = divmod(tile, tiles.LEVEL)
            if level < 1 or index + 1 > self._last >> merkle.BITS * level:
                self._add_problem(f"tile {tile}: no checkpoint stands for it")

    def begin(self, seq: int) -> None:
        """The walk begins after a place that is trusted: 0, or the checkpoint there."""
        if not seq:
            return
        try:
            self._tree = merkle.Growing(tiles.tree(seq), merkle.BITS)
        except IndexError:
            self._add_problem(f"tiles before position {seq} are gone")
            self._tree = None
            return
        self._compare(seq)

    def add(self, seq: int, digest: str) -> None:
        """The walk has come to the next place; after a break there is no tree to compare any more."""
        if self._tree is None or self._tree.size + 1 != seq:
            self._tree = None
            return
        for level, index, root in self._tree.add(merkle.leaf(seq, digest)):
            if index + 1 <= self._last >> merkle.BITS * level:
                self._tile(level * tiles.LEVEL + index, root.hex())
        self._compare(seq)

    def _compare(self, seq: int) -> None:
        if self._tree and seq in self._expected and self._tree.root().hex() != self._expected[seq]:
            self._add_problem(f"checkpoint {seq}: the tree there has another root")

    def _tile(self, tile: int, root: str) -> None:
        known = self._tiles.get(tile)
        if known is None:  # it may have been written since
            known = Tile.objects.filter(pk=tile).values_list("root", flat=True).first()
        if known != root:
            self._add_problem(f"tile {tile}: it is {known or 'gone'}, and follows as {root}")
