"""The tree of units on a day, read once and kept until somebody changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yinuo.ground.people.models import TreeMark, Unit, UnitPlace

_KEPT_DAYS = 64
_kept: dict[date, tuple[UUID, Tree]] = {}


@dataclass(frozen=True, slots=True)
class Tree:
    """All units that have a place on a day. `units` is in code order and must not be changed; `whole`: no other unit is
    known, not even one that opens later."""

    units: Mapping[UUID, Unit]
    parents: Mapping[UUID, UUID | None]
    children: Mapping[UUID, tuple[UUID, ...]]
    whole: bool = False
    _closures: dict[UUID, frozenset[UUID]] = field(default_factory=dict, repr=False)

    def subtree(self, unit_id: UUID) -> frozenset[UUID]:
        """The unit and all below it; empty for a unit without a place that day."""
        if unit_id not in self.units:
            return frozenset()
        if unit_id not in self._closures:
            self._closures[unit_id] = frozenset(self._below(unit_id))
        return self._closures[unit_id]

    def ancestors(self, unit_id: UUID) -> list[UUID]:
        """The units above, nearest first."""
        found = []
        above = self.parents.get(unit_id)
        while above is not None:
            found.append(above)
            above = self.parents.get(above)
        return found

    def roots(self) -> list[UUID]:
        """The units without a parent, in code order."""
        return [unit_id for unit_id in self.units if self.parents[unit_id] is None]

    def walk(self) -> Iterator[tuple[int, Unit]]:
        """Every unit with its depth (0 = root), parents first, in code order among sisters."""
        waiting = [(0, unit_id) for unit_id in reversed(self.roots())]
        while waiting:
            depth, unit_id = waiting.pop()
            yield depth, self.units[unit_id]
            waiting.extend((depth + 1, child) for child in reversed(self.children.get(unit_id, ())))

    def _below(self, unit_id: UUID) -> Iterator[UUID]:
        waiting = [unit_id]
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(self.children.get(current, ()))


def tree(on: date) -> Tree:
    """The tree on a day: one cheap query, and three more when it changed since it was last read."""
    return tree_marked(on, current_mark())


def tree_marked(on: date, mark: UUID | None) -> Tree:
    """As `tree`, for a caller that has just read the mark with a query of its own."""
    kept = _kept.get(on)
    if kept is not None and kept[0] == mark:
        return kept[1]
    fresh = _read(on)
    if mark is not None:
        if len(_kept) >= _KEPT_DAYS:
            _kept.clear()
        _kept[on] = (mark, fresh)
    return fresh


def current_mark() -> UUID | None:
    """The mark of the present tree; None before anything was placed."""
    return TreeMark.objects.filter(pk=1).values_list("mark", flat=True).first()


def subtree(unit_id: UUID, on: date) -> frozenset[UUID]:
    """The unit and all units below it on a day."""
    return tree(on).subtree(unit_id)


def ancestors(unit_id: UUID, on: date) -> list[UUID]:
    """The units above on a day, nearest first."""
    return tree(on).ancestors(unit_id)


def _read(on: date) -> Tree:
    places = list(UnitPlace.objects.filter(UnitPlace.on(on)).select_related("unit").order_by("unit__code"))
    units = {place.unit_id: place.unit for place in places}
    parents = {p.unit_id: p.parent_id if p.parent_id in units else None for p in places}
    children: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for unit_id, parent_id in parents.items():
        if parent_id is not None:
            children[parent_id].append(unit_id)
    whole = len(units) == Unit.objects.count()
    return Tree(units, parents, {parent: tuple(below) for parent, below in children.items()}, whole)
