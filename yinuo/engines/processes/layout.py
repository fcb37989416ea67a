"""Where things stand when the file does not say: a small layered drawing, computed left to right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yinuo.engines.processes.layers import Edge, Grid, arrange
from yinuo.engines.processes.net import EVENTS, GATEWAYS, Box, Drawing, Kind, Node, Paper, Points
from yinuo.engines.processes.routes import Frame, Span, route

GAP_X, GAP_Y, MARGIN, STRIP = 64.0, 44.0, 28.0, 30.0
TASK, GATEWAY, EVENT, NOTE = (120.0, 68.0), (50.0, 50.0), (36.0, 36.0), (160.0, 56.0)
NAMED_GAP = 112.0
Size = tuple[float, float]


@dataclass
class _Area:
    """One scope laid out with its own corner at (0, 0)."""

    width: float
    height: float
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Points] = field(default_factory=dict)
    bands: list[Span] = field(default_factory=list)


def lay_out(drawing: Drawing) -> Paper:
    """A place for every element of the drawing."""
    area = _scope(drawing, None)
    boxes, lines = dict(area.boxes), dict(area.lines)
    for lane, (top, high) in zip(drawing.lanes, area.bands, strict=False):
        boxes[lane.key] = Box(-STRIP, top, area.width + STRIP, high)
    if drawing.pool:
        boxes[drawing.pool[0]] = Box(-2 * STRIP, 0, area.width + 2 * STRIP, area.height)
    _put_notes(drawing, boxes, lines, area.height + 20)
    return Paper(boxes, lines)


def _put_notes(drawing: Drawing, boxes: dict[str, Box], lines: dict[str, Points], top: float) -> None:
    """Below everything, each under the first thing it is about."""
    left = 0.0
    for note in drawing.notes:
        about = [boxes[key] for key in note.about if key in boxes]
        left = max([left, *(box.x for box in about[:1])])
        boxes[note.key] = Box(left, top, *NOTE)
        for place, box in enumerate(about):
            lines[f"{note.key}:{place}"] = ((left + 20, top), (max(box.x + 20, left + 20), box.bottom))
        left += NOTE[0] + 20


def _scope(drawing: Drawing, scope: str | None) -> _Area:
    nodes = [n for n in drawing.nodes.values() if n.scope == scope and n.kind is not Kind.BOUNDARY]
    inner = {node.key: _scope(drawing, node.key) for node in nodes if node.kind is Kind.SUB}
    sizes = {node.key: _size(node, inner.get(node.key)) for node in nodes}
    edges = _edges(drawing, scope)
    grid = arrange([node.key for node in nodes], edges, _bands(drawing, scope), _band_count(drawing, scope))
    columns, rows = _columns(drawing, grid, edges, sizes), _rows(drawing, grid, sizes)
    area = _Area(columns[-1][1] + MARGIN, rows[-1][1] + MARGIN)
    for key, (width, height) in sizes.items():
        (left, right), (top, bottom) = columns[grid.column[key]], rows[grid.row[key]]
        area.boxes[key] = Box((left + right - width) / 2, (top + bottom - height) / 2, width, height)
    area.lines, area.height = route(Frame(area.boxes, grid, columns, rows), edges, area.height)
    if scope is None and drawing.lanes:
        area.bands = _lane_heights(grid, rows, area.height)
    for key, sub in inner.items():
        _put_inside(area, area.boxes[key], sub)
    _put_boundaries(drawing, area, inner)
    return area


def _size(node: Node, inside: _Area | None) -> Size:
    if inside:
        return inside.width, inside.height + STRIP
    if node.kind in GATEWAYS:
        return GATEWAY
    return EVENT if node.kind in EVENTS else TASK


def _edges(drawing: Drawing, scope: str | None) -> list[Edge]:
    """Flows of the scope; what leaves a boundary event leaves the sub-process it stands on."""
    edges: list[Edge] = []
    for flow in drawing.flows.values():
        source = drawing.nodes[flow.source]
        if source.scope == scope:
            edges.append((flow.key, source.attached_to or source.key, flow.target))
    return edges


def _bands(drawing: Drawing, scope: str | None) -> dict[str, int]:
    if scope is not None:
        return {}
    return {node: place for place, lane in enumerate(drawing.lanes) for node in lane.nodes}


def _band_count(drawing: Drawing, scope: str | None) -> int:
    return max(1, len(drawing.lanes)) if scope is None else 1


def _columns(drawing: Drawing, grid: Grid, edges: list[Edge], sizes: Mapping[str, Size]) -> list[Span]:
    """Left and right of every column; where a flow has a name there is room for it."""
    named = {grid.column[target] for key, _, target in edges if drawing.flows[key].words}
    columns: list[Span] = []
    for column in range(max(grid.column.values(), default=0) + 1):
        gap = NAMED_GAP if column in named else GAP_X
        left = columns[-1][1] + gap if columns else MARGIN
        width = max(size[0] for key, size in sizes.items() if grid.column[key] == column)
        columns.append((left, left + width))
    return columns


def _rows(drawing: Drawing, grid: Grid, sizes: Mapping[str, Size]) -> list[Span]:
    """Top and bottom of every row; where boundary events hang there is room for them."""
    rows: list[Span] = []
    for row in range(grid.rows):
        top = rows[-1][1] + GAP_Y if rows else MARGIN
        here = [size[1] for key, size in sizes.items() if grid.row[key] == row]
        hanging = any(drawing.boundaries(key) for key in sizes if grid.row[key] == row)
        height = max(here, default=GATEWAY[1]) + (2 * STRIP if hanging else 0)
        rows.append((top, top + height))
    return rows


def _lane_heights(grid: Grid, rows: list[Span], height: float) -> list[Span]:
    """Top and height of every lane: from half-way above its first row to half-way below its last."""
    tops = [0.0 if not place else rows[row][0] - GAP_Y / 2 for place, row in enumerate(grid.firsts)]
    return [(top, under - top) for top, under in zip(tops, [*tops[1:], height], strict=True)]


def _put_inside(area: _Area, box: Box, sub: _Area) -> None:
    x, y = box.x, box.y + STRIP
    for key, inner in sub.boxes.items():
        area.boxes[key] = Box(inner.x + x, inner.y + y, inner.width, inner.height)
    for key, line in sub.lines.items():
        area.lines[key] = tuple((px + x, py + y) for px, py in line)


def _put_boundaries(drawing: Drawing, area: _Area, inner: Mapping[str, _Area]) -> None:
    """Boundary events stand on the lower border, and their lines begin there."""
    for key in inner:
        host = area.boxes[key]
        for place, node in enumerate(drawing.boundaries(key)):
            x, y = host.right - 60 - place * 60, host.bottom - EVENT[1] / 2
            area.boxes[node.key] = Box(x, y, *EVENT)
            for flow in drawing.outgoing(node.key):
                _, *line = area.lines[flow.key]
                if len(line) == 1:
                    line = [(host.right + GAP_X / 3, line[0][1]), *line]
                down, middle = y + EVENT[1] + 6, x + EVENT[0] / 2
                area.lines[flow.key] = ((middle, y + EVENT[1]), (middle, down), (line[0][0], down), *line)
