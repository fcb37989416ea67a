"""Three texts become one: what shipped before, what ships now, and what the bank made of it; pure.

Whatever only one side changed is taken; whatever both changed, and differently, is a conflict for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from yinuo.engines.editions.pieces import ENDS, Path, Piece, pieces_of

Side = Literal["ours", "theirs"]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed differently; None where the text of a side has no such place."""

    path: Path
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A text, and what is left to decide; there the text says what `ours` says."""

    content: str
    conflicts: tuple[Conflict, ...]


def merge(base: str, ours: str, theirs: str, chosen: Mapping[Path, Side] | None = None) -> Merged:
    """One text of two that both come from `base`; `chosen` decides conflicts by their path."""
    if ours in (base, theirs):
        return Merged(theirs, ())
    if theirs == base:
        return Merged(ours, ())
    sides = [pieces_of(text) for text in (base, ours, theirs)]
    old, own, new = ({piece.path: piece for piece in side} for side in sides)
    taken, torn = merge_maps(old, own, new, alike=_alike)
    conflicts = [
        Conflict(path, *(_text(side.get(path)) for side in (old, own, new))) for path in sorted(torn)
    ]
    decided = chosen or {}
    for path in torn & decided.keys():
        side = (own if decided[path] == "ours" else new).get(path)
        if side is None:
            taken.pop(path, None)
        else:
            taken[path] = side
    order = merged_order([p.path for p in sides[0]], [p.path for p in sides[1]], [p.path for p in sides[2]])
    content = "".join(_ended(taken[path].text) for path in order if path in taken)
    left = tuple(conflict for conflict in conflicts if conflict.path not in decided)
    if _says(content) != {path: piece.value for path, piece in taken.items() if path != (ENDS,)}:
        return _whole(base, ours, theirs, decided)
    return Merged(content, left)


def merge_maps(
    base: Mapping[K, V],
    ours: Mapping[K, V],
    theirs: Mapping[K, V],
    alike: Callable[[V | None, V | None], bool] = lambda a, b: a == b,
) -> tuple[dict[K, V], set[K]]:
    """What both sides made of `base`, and the keys that both changed differently (these stay as in `ours`)."""
    taken: dict[K, V] = {}
    torn: set[K] = set()
    for key in {**base, **ours, **theirs}:
        old, own, new = base.get(key), ours.get(key), theirs.get(key)
        moved, other_moved = not alike(own, old), not alike(new, old)
        if moved and other_moved and not alike(own, new):
            torn.add(key)
        elif own == old or (other_moved and not moved):
            own = new
        if own is not None:
            taken[key] = own
    return taken, torn


def merged_order(base: Sequence[K], ours: Sequence[K], theirs: Sequence[K]) -> list[K]:
    """The order of `ours` with what only `theirs` has put after what stands before it there; whoever moved nothing
    yields to the other's order."""
    if list(base) == list(ours):
        ours, theirs = theirs, ours
    order = list(ours)
    there = set(order)
    for place, key in enumerate(theirs):
        if key not in there:
            before = next((k for k in reversed(theirs[:place]) if k in there), None)
            order.insert(0 if before is None else order.index(before) + 1, key)
            there.add(key)
    return order


def _alike(one: Piece | None, other: Piece | None) -> bool:
    """Saying the same: comments and spaces aside."""
    if one is None or other is None:
        return one is other
    return bool(one.value == other.value)


def _text(piece: Piece | None) -> str | None:
    return piece.text if piece else None


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _says(content: str) -> dict[Path, Any]:
    return {piece.path: piece.value for piece in pieces_of(content) if piece.path != (ENDS,)}


def _whole(base: str, ours: str, theirs: str, chosen: Mapping[Path, Side]) -> Merged:
    """Texts that cannot be merged piece by piece: one conflict over the whole of them."""
    if (side := chosen.get(())) is not None:
        return Merged(ours if side == "ours" else theirs, ())
    return Merged(ours, (Conflict((), base, ours, theirs),))
