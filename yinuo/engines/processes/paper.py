"""Reads where a file says everything stands (BPMN DI); anything but finite, sensible numbers is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lxml import etree

from yinuo.engines.processes.net import Box, Paper, Points
from yinuo.engines.processes.problems import Problem, problem

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
LIMIT = 50_000.0
MAX_WAYPOINTS = 50


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.boxes: dict[str, Box] = {}
        self.lines: dict[str, Points] = {}
        self.labels: dict[str, Box] = {}

    def number(self, element: etree._Element, attribute: str, of: str, *, least: float = -LIMIT) -> float:
        text = element.get(attribute) or ""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and least <= value <= LIMIT):
            self.problems.append(problem("number_invalid", of, attribute=attribute, value=text[:40]))
            return 1.0
        return value

    def box(self, bounds: etree._Element, of: str) -> Box:
        x, y = self.number(bounds, "x", of), self.number(bounds, "y", of)
        return Box(
            x, y, self.number(bounds, "width", of, least=0.0), self.number(bounds, "height", of, least=0.0)
        )

    def shape(self, shape: etree._Element, of: str) -> None:
        bounds = shape.find(DC + "Bounds")
        if bounds is not None:
            self.boxes.setdefault(of, self.box(bounds, of))
        self.label(shape, of)

    def edge(self, edge: etree._Element, of: str) -> None:
        points = edge.findall(WAYPOINT)[:MAX_WAYPOINTS]
        line = tuple((self.number(each, "x", of), self.number(each, "y", of)) for each in points)
        if len(line) > 1:
            self.lines.setdefault(of, line)
        self.label(edge, of)

    def label(self, holder: etree._Element, of: str) -> None:
        bounds = holder.find(f"{DI}BPMNLabel/{DC}Bounds")
        if bounds is not None:
            self.labels.setdefault(of, self.box(bounds, of))


def read_paper(root: etree._Element, kinds: Mapping[str, str]) -> tuple[Paper | None, list[Problem]]:
    """Where the known elements stand; `kinds` maps their ids to "box" or "line".

    None when one of them has no place: half a diagram is drawn afresh rather than with holes.
    """
    reader = _Reader()
    for shape in root.iter(DI + "BPMNShape"):
        of = shape.get("bpmnElement") or ""
        if kinds.get(of) == "box":
            reader.shape(shape, of)
    for edge in root.iter(DI + "BPMNEdge"):
        of = edge.get("bpmnElement") or ""
        if kinds.get(of) == "line":
            reader.edge(edge, of)
    if any(key not in (reader.boxes if kind == "box" else reader.lines) for key, kind in kinds.items()):
        return None, reader.problems
    return Paper(reader.boxes, reader.lines, reader.labels), reader.problems
