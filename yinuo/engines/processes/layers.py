"""Which column and row each element of one scope gets: left to right by the longest way, loops going back.

A flow that spans several columns keeps a row free in each column it crosses, so that lines do not run over
boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Edge = tuple[str, str, str]  # flow key, from, to
Item = tuple[int, str, str]  # column, element or empty, flow that crosses or empty


@dataclass
class Grid:
    """Column and row of every element; the rows a long flow keeps free, by column; the flows that go back.

    `firsts` is the first row of each lane.
    """

    column: dict[str, int]
    row: dict[str, int] = field(default_factory=dict)
    crossing: dict[str, dict[int, int]] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    rows: int = 1
    firsts: list[int] = field(default_factory=list)


def arrange(nodes: Sequence[str], edges: Sequence[Edge], band: Mapping[str, int], bands: int) -> Grid:
    """Columns and rows; `band` is the lane of each element, of `bands` lanes that lie below each other."""
    back = _going_back(nodes, edges)
    ahead = [edge for edge in edges if edge[0] not in back]
    grid = Grid(_columns(nodes, ahead), back=back)
    _set_rows(grid, nodes, ahead, band, bands)
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


def _set_rows(
    grid: Grid, nodes: Sequence[str], ahead: Sequence[Edge], band: Mapping[str, int], bands: int
) -> None:
    """Column by column, each element near what leads to it; every lane as high as its fullest column."""
    placed: dict[Item, tuple[int, int]] = {}
    for column in range(max(grid.column.values(), default=0) + 1):
        taken = [0] * bands
        wishes = _wishes(grid, nodes, ahead, band, placed, column)
        for lane, _, item in sorted(wishes, key=lambda each: each[:2]):
            placed[item] = (lane, taken[lane])
            taken[lane] += 1
    heights = [
        1 + max((row for at, row in placed.values() if at == lane), default=0) for lane in range(bands)
    ]
    grid.firsts = [sum(heights[:lane]) for lane in range(bands)]
    grid.rows = sum(heights)
    for (column, node, key), (lane, row) in placed.items():
        if node:
            grid.row[node] = grid.firsts[lane] + row
        else:
            grid.crossing.setdefault(key, {})[column] = grid.firsts[lane] + row


def _wishes(
    grid: Grid,
    nodes: Sequence[str],
    ahead: Sequence[Edge],
    band: Mapping[str, int],
    placed: Mapping[Item, tuple[int, int]],
    column: int,
) -> list[tuple[int, float, Item]]:
    """What stands in a column: its elements and the flows crossing it, with lane and wished row."""

    def before(edge: Edge) -> int:
        key, source, _ = edge
        crossed = placed.get((column - 1, "", key))
        return (crossed or placed[column - 1, source, ""])[1]

    wishes: list[tuple[int, float, Item]] = []
    for node in (each for each in nodes if grid.column[each] == column):
        rows = [before(edge) for edge in ahead if edge[2] == node]
        wishes.append((band.get(node, 0), sum(rows) / max(len(rows), 1), (column, node, "")))
    for edge in ahead:
        key, source, target = edge
        if grid.column[source] < column < grid.column[target]:
            wishes.append((band.get(source, 0), float(before(edge)), (column, "", key)))
    return wishes
