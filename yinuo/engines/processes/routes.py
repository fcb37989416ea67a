"""The lines of a computed layout: right-angled, bending only in the gaps between columns, loops below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yinuo.engines.processes.layers import Edge, Grid
from yinuo.engines.processes.net import Box, Points

Span = tuple[float, float]
_TRACK = 14.0
_BEND = 24.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What a router needs to know: boxes, the grid, left and right of columns, top and bottom of rows."""

    boxes: Mapping[str, Box]
    grid: Grid
    columns: Sequence[Span]
    rows: Sequence[Span]


def route(frame: Frame, edges: Sequence[Edge], bottom: float) -> tuple[dict[str, Points], float]:
    """A line for every flow, and the new bottom below the loops."""
    lines: dict[str, Points] = {}
    for place, edge in enumerate(edges):
        # neighbours bend at slightly different places, so that two lines are not read as one
        shift = (place % 3 - 1) * 7.0
        if edge[0] in frame.grid.back:
            lines[edge[0]] = _backward(frame, edge, shift, bottom)
            bottom += _TRACK
        else:
            lines[edge[0]] = _forward(frame, edge, shift)
    return lines, bottom


def _forward(frame: Frame, edge: Edge, shift: float) -> Points:
    key, source, target = edge
    grid, end = frame.grid, frame.boxes[target]
    points = [(frame.boxes[source].right, frame.boxes[source].middle[1])]
    for column in range(grid.column[source] + 1, grid.column[target] + 1):
        row = grid.crossing.get(key, {}).get(column)
        height = end.middle[1] if row is None else sum(frame.rows[row]) / 2
        bend = frame.columns[column - 1][1] + _BEND + shift
        points += [(bend, points[-1][1]), (bend, height)]
    return straightened([*points, (end.x, end.middle[1])])


def _backward(frame: Frame, edge: Edge, shift: float, under: float) -> Points:
    """Down in the gap behind the source, back below everything, up in the gap before the target."""
    _, source, target = edge
    begin, end = frame.boxes[source], frame.boxes[target]
    out = frame.columns[frame.grid.column[source]][1] + _BEND + shift
    into = frame.columns[frame.grid.column[target]][0] - _BEND + shift
    first, last = (begin.right, begin.middle[1]), (end.x, end.middle[1])
    return straightened([first, (out, first[1]), (out, under), (into, under), (into, last[1]), last])


def straightened(points: Sequence[tuple[float, float]]) -> Points:
    """Without points that repeat or lie on the straight line between their neighbours."""
    kept: list[tuple[float, float]] = []
    for x, y in points:
        if kept and kept[-1] == (x, y):
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == x or kept[-2][1] == kept[-1][1] == y):
            kept.pop()
        kept.append((x, y))
    return tuple(kept)
