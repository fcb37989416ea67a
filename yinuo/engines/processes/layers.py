"""Which column and row each element of one scope gets: left to right by the longest way, loops going back.

A flow that spans several columns keeps a row free in each column it crosses, so that lines do not run over
boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Edge = tuple[str, str, str]  # flow key, from, to


@dataclass
class Grid:
    """Column and row of every element; the rows a long flow keeps free, by column; the flows that go back."""

    column: dict[str, int]
    row: dict[str, int] = field(default_factory=dict)
    crossing: dict[str, dict[int, int]] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    rows: int = 1


def arrange(nodes: Sequence[str], edges: Sequence[Edge], band: Mapping[str, int]) -> Grid:
    """Columns and rows; `band` is the lane of each element, lanes lying below each other in that order."""
    back = _going_back(nodes, edges)
    ahead = [edge for edge in edges if edge[0] not in back]
    grid = Grid(_columns(nodes, ahead), back=back)
    _set_rows(grid, nodes, ahead, band)
    return grid


def _going_back(nodes: Sequence[str], edges: Sequence[Edge]) -> set[str]:
    """The flows that close a circle, found by walking from each element in the order of the file."""
    leaving = {node: [edge for edge in edges if edge[1] == node] for node in nodes}
    state: dict[str, str] = {}
    back: set[str] = set()
    for first in nodes:
        path = [(first, iter(leaving[first]))] if first not in state else []
        state.setdefault(first, "open")
        while path:
            node, rest = path[-1]
            edge = next(rest, None)
            if edge is None:
                state[node] = "closed"
                path.pop()
            elif state.get(edge[2]) == "open":
                back.add(edge[0])
            elif edge[2] not in state:
                state[edge[2]] = "open"
                path.append((edge[2], iter(leaving[edge[2]])))
    return back


def _columns(nodes: Sequence[str], ahead: Sequence[Edge]) -> dict[str, int]:
    """The length of the longest way to each element; there are no circles any more."""
    column = dict.fromkeys(nodes, 0)
    for _ in nodes:
        changed = False
        for _, source, target in ahead:
            if column[target] <= column[source]:
                column[target] = column[source] + 1
                changed = True
        if not changed:
            break
    return column


def _set_rows(grid: Grid, nodes: Sequence[str], ahead: Sequence[Edge], band: Mapping[str, int]) -> None:
    """Column by column, each element near what leads to it; every lane as high as its fullest column."""
    items: dict[int, list[tuple[int, float, str, str]]] = {}
    wish: dict[str, float] = {}
    bands = max(band.values(), default=0) + 1
    places: dict[tuple[int, str, str], int] = {}
    for column in range(max(grid.column.values(), default=0) + 1):
        items[column] = []
        for node in (each for each in nodes if grid.column[each] == column):
            before = [wish[f"{key}@{column - 1}"] for key, _, target in ahead if target == node]
            items[column].append((band.get(node, 0), sum(before) / len(before) if before else 0.0, node, ""))
        for key, source, target in ahead:
            if grid.column[source] < column < grid.column[target]:
                items[column].append((band.get(source, 0), wish[f"{key}@{column - 1}"], "", key))
        items[column].sort()
        taken = [0] * bands
        for lane, _, node, key in items[column]:
            places[column, node, key] = taken[lane]
            for flow, source, _ in ahead:
                if flow == key or source == node:
                    wish[f"{flow}@{column}"] = float(taken[lane])
            taken[lane] += 1
    _stack_bands(grid, items, places, bands)


def _stack_bands(
    grid: Grid,
    items: Mapping[int, Sequence[tuple[int, float, str, str]]],
    places: Mapping[tuple[int, str, str], int],
    bands: int,
) -> None:
    heights = [
        max((sum(item[0] == lane for item in column) for column in items.values()), default=1) or 1
        for lane in range(bands)
    ]
    for column, found in items.items():
        for lane, _, node, key in found:
            row = sum(heights[:lane]) + places[column, node, key]
            if node:
                grid.row[node] = row
            else:
                grid.crossing.setdefault(key, {})[column] = row
    grid.rows = sum(heights)
