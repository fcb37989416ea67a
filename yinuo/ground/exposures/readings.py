"""Exposures of a period: of a unit with everything below it, or of all units a reader may see. Unknown is not 0.

What is stated for a unit holds for it with everything below it. Where nothing is stated for a unit, its figure is the
sum of those directly below it, and known only where each of them is; departments, which are no branches, have none
below them and never stated the series, have none of it. Branches and customers are those at the end of the period's last
month that is over, transactions the sum over all months of the period: while one of them is missing nobody can tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from yinuo.ground.exposures.models import Exposure, Series
from yinuo.ground.people.tree import Tree, tree

Stated = Mapping[tuple[UUID, str], Mapping[date, int]]  # (unit, series) -> month -> amount
STOCKS = (Series.BRANCHES, Series.CUSTOMERS)


@dataclass(frozen=True, slots=True)
class Held:
    """Branches, customers and transactions; None where nobody knows."""

    branches: int | None = None
    customers: int | None = None
    transactions: int | None = None


@dataclass(frozen=True, slots=True)
class Exposed:
    """The exposures of one period, asked unit by unit; everything was read beforehand."""

    tree: Tree
    stated: Stated
    months: tuple[date, ...]
    last: date | None
    ever: frozenset[tuple[UUID, str]] = field(default_factory=frozenset)

    def of(self, unit: UUID) -> Held:
        """Of a unit with everything below it."""
        return Held(**{series.value: self._of(unit, series) for series in Series})

    def of_all(self, units: Collection[UUID] | None, concerned: Collection[UUID] = ()) -> Held:
        """Of all these units together, None: of the whole bank. Nothing is counted twice.

        `concerned` are the units of what is held against it: a tree of its own that has none of a series (a file's
        companies) is left out while nothing concerns it, and makes the sum unknown as soon as something does.
        """
        tops, apart = self._tops(units), set(concerned)
        found = {}
        for series in Series:
            asked = [top for top in tops if not self._has_none(top, series) or self.tree.subtree(top) & apart]
            found[series.value] = self._sum(asked, series)
        return Held(**found)

    def is_leaf(self, unit: UUID) -> bool:
        """Whether no unit stands below it."""
        return not self.tree.children.get(unit)

    def _tops(self, units: Collection[UUID] | None) -> list[UUID]:
        if units is None:
            return self.tree.roots()
        inside = set(units)
        return [unit for unit in self.tree.units if unit in inside and self.tree.parents[unit] not in inside]

    def _sum(self, units: Collection[UUID], series: Series) -> int | None:
        figures = [self._of(unit, series) for unit in units]
        known = [figure for figure in figures if figure is not None]
        return sum(known) if figures and len(known) == len(figures) else None

    def _of(self, unit: UUID, series: Series) -> int | None:
        own = self._own(unit, series)
        if own is not None:
            return own
        if below := [each for each in self.tree.children.get(unit, ()) if not self._has_none(each, series)]:
            return self._sum(below, series)
        return None

    def _own(self, unit: UUID, series: Series) -> int | None:
        said = self.stated.get((unit, series.value), {})
        if series in STOCKS:
            return said.get(self.last) if self.last else None
        amounts = [said[month] for month in self.months if month in said]
        return sum(amounts) if len(amounts) == len(self.months) else None

    def _has_none(self, unit: UUID, series: Series) -> bool:
        """Whether it is a department, or nothing but departments, that never stated the series."""
        own = self.tree.units[unit].kind == "branch" or (unit, series.value) in self.ever
        return not own and all(self._has_none(each, series) for each in self.tree.children.get(unit, ()))


def exposed(first: date, last: date, today: date) -> Exposed:
    """The exposures of the period from `first` to `last` (whole months), as they are known now: two queries and the
    tree of the period's last day."""
    months = tuple(months_of(first, last))
    over = [month for month in months if _after(month) <= today]
    stated: defaultdict[tuple[UUID, str], dict[date, int]] = defaultdict(dict)
    holding = Exposure.objects.filter(replaced_at=None)
    for unit, series, month, amount in holding.filter(month__in=months).values_list(
        "unit_id", "series", "month", "amount"
    ):
        stated[unit, series][month] = amount
    ever = frozenset(holding.values_list("unit_id", "series").distinct())
    return Exposed(tree(last), stated, months, over[-1] if over else None, ever)


def months_of(first: date, last: date) -> list[date]:
    """The first days of the months from `first` to `last`."""
    months = [first.replace(day=1)]
    while (after := _after(months[-1])) <= last:
        months.append(after)
    return months


def _after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
