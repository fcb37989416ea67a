"""A drawing as SVG for a page: classes only, every text escaped, nothing fetched, nothing run.

The page's style sheet gives colours by class (`bp-node is-now`, `is-done`, …); shape and text say the same
without colour: a tick stands in a finished step, a thick frame and a bead at the current one, and the titles
say it in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from yinuo.engines.processes.layout import lay_out
from yinuo.engines.processes.net import EVENTS, GATEWAYS, Box, Drawing, Kind, Node, Paper
from yinuo.engines.processes.svg_lines import flow_names, flow_parts
from yinuo.engines.processes.svg_parts import (
    frame_part,
    label_part,
    note_part,
    number,
    shape_part,
    tag,
    text_lines,
)
from yinuo.ground.terms.words import Words

_NONE: Mapping[str, str] = MappingProxyType({})
_SAID = {
    "now": Words("当前环节", "current step", "目前環節"),
    "done": Words("已完成", "done", "已完成"),
}
_PROCESS = Words("流程图", "process", "流程圖")
_PAD = 12.0


@dataclass(frozen=True, slots=True)
class _View:
    """What one picture shows: `marks` are "now" or "done" by node, the others texts and addresses by node."""

    drawing: Drawing
    paper: Paper
    language: str
    marks: Mapping[str, str]
    dwell: Mapping[str, str]
    links: Mapping[str, str]

    def said(self, words: Words | None) -> str:
        return words.to(self.language) if words else ""


def draw(
    drawing: Drawing,
    *,
    current: Collection[str] = frozenset(),
    done: Collection[str] = frozenset(),
    language: str = "zh-hans",
    dwell: Mapping[str, str] | None = None,
    links: Mapping[str, str] = _NONE,
) -> str:
    """The drawing as one `svg` element, with its current and finished steps marked.

    `dwell` is a short text under a step ("2.4 天"), `links` a page for a step, which makes it focusable. A
    link must be an address on this site (ValueError otherwise). With links the picture is a group, for the
    content of an image is not read out.
    """
    _check_links(links)
    marks = dict.fromkeys(done, "done") | dict.fromkeys(current, "now")
    view = _View(drawing, drawing.paper or lay_out(drawing), language, marks, dwell or _NONE, links)
    return _sheet(view, "".join(_parts(view)))


def _check_links(links: Mapping[str, str]) -> None:
    for address in links.values():
        if not address.startswith(("/", "#", "?")) or address.startswith(("//", "/\\")):
            raise ValueError(f"a step links to a page of this site, not to {address[:80]!r}")


def _parts(view: _View) -> Iterator[str]:
    """From back to front: frames, sub-processes from outside in, lines, nodes, notes, names of lines."""
    yield from _frames(view)
    nodes = sorted(view.drawing.nodes.values(), key=lambda each: _depth(view.drawing, each))
    yield from (_node(view, node) for node in nodes if node.kind is Kind.SUB)
    yield from flow_parts(view.drawing, view.paper)
    yield from (_node(view, node) for node in nodes if node.kind is not Kind.SUB)
    for note in view.drawing.notes:
        yield note_part(note.key, view.said(note.words), view.paper.boxes[note.key])
    yield from flow_names(view.drawing, view.paper, view.language)


def _sheet(view: _View, body: str) -> str:
    title = view.said(view.drawing.words) or view.said(_PROCESS)
    x, y, right, bottom = _extent(view)
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "bp-map",
        "viewBox": " ".join(number(each) for each in (x, y, right - x, bottom - y)),
        "width": number(right - x),
        "height": number(bottom - y),
        "role": "group" if view.links else "img",
        "aria-label": title,
        "lang": view.language,
    }
    return tag("svg", attributes, tag("title", {}, text=title) + body)


def _extent(view: _View) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of everything, with room for names outside nodes and dwell under steps."""
    points = [point for line in view.paper.lines.values() for point in line]
    for box in (*view.paper.boxes.values(), *view.paper.labels.values()):
        points += [(box.x, box.y), (box.right, box.bottom + 18)]
    for node in view.drawing.nodes.values():
        if node.words and node.kind in EVENTS | GATEWAYS:
            place = _place_outside(node, view.paper)
            points += [(place.x, place.y), (place.right, place.bottom)]
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across) - _PAD, min(down) - _PAD, max(across) + _PAD, max(down) + _PAD


def _frames(view: _View) -> Iterator[str]:
    """The pool and the lanes, with their names along the left side."""
    if view.drawing.pool:
        key, words = view.drawing.pool
        yield frame_part(view.said(words), view.paper.boxes[key], "bp-pool")
    for lane in view.drawing.lanes:
        yield frame_part(view.said(lane.words), view.paper.boxes[lane.key], "bp-lane")


def _node(view: _View, node: Node) -> str:
    box, mark = view.paper.boxes[node.key], view.marks.get(node.key, "")
    title = " · ".join(text for text in (view.said(node.words), view.said(_SAID.get(mark))) if text)
    body = (tag("title", {}, text=title) if title else "") + shape_part(node, box, mark)
    body += _name_part(view, node, box)
    if view.dwell.get(node.key):
        body += text_lines([view.dwell[node.key]], box.middle[0], box.bottom + 15, "bp-dwell")
    css = f"bp-node bp-{_family(node)}" + (f" is-{mark}" if mark else "")
    group = {"class": css, "data-step": node.key}
    here = {"aria-current": "step"} if mark == "now" else {}
    if node.key in view.links:
        link = {"class": "bp-link", "href": view.links[node.key], "aria-label": title or node.key}
        return tag("a", link | here, tag("g", group, body))
    return tag("g", group | here, body)


def _name_part(view: _View, node: Node, box: Box) -> str:
    name = view.said(node.words)
    if not name:
        return ""
    if node.kind in EVENTS:
        return label_part(name, _place_outside(node, view.paper), "bp-name bp-outside", at="top")
    if node.kind in GATEWAYS:
        return label_part(name, _place_outside(node, view.paper), "bp-name bp-outside", at="bottom")
    if node.kind is Kind.SUB:
        return label_part(name, Box(box.x + 24, box.y + 6, box.width - 48, 18), "bp-name", most=1)
    return label_part(name, Box(box.x + 15, box.y + 10, box.width - 30, box.height - 16), "bp-name", most=3)


def _place_outside(node: Node, paper: Paper) -> Box:
    """Where the name of an event (below it) or a gateway (above it) goes, unless the file says otherwise."""
    if node.key in paper.labels:
        return paper.labels[node.key]
    box = paper.boxes[node.key]
    if node.kind is Kind.BOUNDARY:
        return Box(box.x - 84, box.bottom - 14, 80, 36)
    if node.kind in EVENTS:
        return Box(box.middle[0] - 50, box.bottom + 4, 100, 36)
    return Box(box.middle[0] - 60, box.y - 42, 120, 36)


def _family(node: Node) -> str:
    if node.kind in EVENTS:
        return "event"
    if node.kind in GATEWAYS:
        return "gateway"
    return "sub" if node.kind is Kind.SUB else "step"


def _depth(drawing: Drawing, node: Node) -> int:
    depth, scope = 0, node.scope
    while scope is not None:
        depth, scope = depth + 1, drawing.nodes[scope].scope
    return depth
