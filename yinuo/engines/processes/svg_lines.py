"""The lines of a drawing: flows with their heads and names, and the ties of notes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from yinuo.engines.processes.net import Box, Drawing, Paper, Points
from yinuo.engines.processes.svg_parts import label_part, number, tag

_ROOM = 48.0


def flow_parts(drawing: Drawing, paper: Paper) -> Iterator[str]:
    """All lines, those of flows with a head."""
    for key, points in paper.lines.items():
        is_flow = key in drawing.flows
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        yield tag("path", {"class": "bp-flow" if is_flow else "bp-tie", "d": path})
        if is_flow:
            yield _arrow(points)


def flow_names(drawing: Drawing, paper: Paper, language: str) -> Iterator[str]:
    """The names of flows, to be put upon everything else."""
    for flow in drawing.flows.values():
        if flow.words:
            place = paper.labels.get(flow.key) or _beside(paper.lines[flow.key])
            yield label_part(flow.words.to(language), place, "bp-flow-name")


def _arrow(points: Points) -> str:
    """The head of an arrow as a shape of its own: a shared marker may be hidden with another picture."""
    (x0, y0), (x, y) = points[-2], points[-1]
    length = math.hypot(x - x0, y - y0) or 1.0
    dx, dy = (x - x0) / length, (y - y0) / length
    corners = [(x, y), (x - 9 * dx - 4 * dy, y - 9 * dy + 4 * dx), (x - 9 * dx + 4 * dy, y - 9 * dy - 4 * dx)]
    path = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in corners) + "Z"
    return tag("path", {"class": "bp-arrow", "d": path})


def _beside(points: Points) -> Box:
    """Above the last stretch of a line if it is level, else beside its longest."""
    stretches = list(pairwise(points))
    (x0, y0), (x1, y1) = stretches[-1]
    if y0 != y1 or abs(x1 - x0) < _ROOM:
        (x0, y0), (x1, y1) = max(stretches, key=lambda each: math.dist(*each))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    if abs(y1 - y0) > abs(x1 - x0):
        return Box(x + 4, y - 8, 80, 16)
    return Box(x - 40, y - 20, 80, 16)
