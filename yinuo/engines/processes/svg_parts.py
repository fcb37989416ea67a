"""The shapes of a drawing: boxes, circles, diamonds, their little marks, and text. All numbers are pixels."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr  # nosec B406 # it writes XML and reads none

from yinuo.engines.processes.lettering import LINE, wrap
from yinuo.engines.processes.net import EVENTS, GATEWAYS, Box, Kind, Node

#: Little pictures in the upper left corner of a step, 14 × 14, drawn for this page.
_ICONS = {
    Kind.USER: "M7 1.5a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 1 1 0-5.6M1.8 13c0-3.2 2.2-4.8 5.2-4.8s5.2 1.6 5.2 4.8",
    Kind.MANUAL: "M2 8V5.5h1.5V3H5v-1h1.6v1h1.6v1h1.6v1.5h1.7v4.2L9.6 13H5.2L2 9.6z",
    Kind.RECEIVE: "M1 3h12v8.5H1zM1 3l6 5l6-5",
    Kind.SERVICE: "M7 4.4a2.6 2.6 0 1 1 0 5.2a2.6 2.6 0 1 1 0-5.2M7 1v3M7 10v3M1 7h3M10 7h3M3 3l2 2M9 9l2 2",
    Kind.RULE: "M1 2h12v10H1zM1 5h12M5 5v7M1 8.5h12",
}
_TICK = "M-4.5 0.2L-1.4 3.4L4.6 -3.2"


def number(value: float) -> str:
    """A number as SVG writes it, to a tenth of a pixel."""
    return f"{round(value, 1):g}"


def tag(name: str, attributes: Mapping[str, str], body: str = "", *, text: str = "") -> str:
    """One element; attribute values and `text` are escaped here, `body` is SVG already."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    inside = escape(text) + body
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def text_lines(lines: list[str], x: float, y: float, css: str) -> str:
    """Centred lines, the first with its base line at y."""
    parts = [
        tag(
            "text",
            {"class": css, "x": number(x), "y": number(y + place * LINE), "text-anchor": "middle"},
            text=line,
        )
        for place, line in enumerate(lines)
    ]
    return "".join(parts)


def label_part(text: str, box: Box, css: str, most: int = 2, at: str = "middle") -> str:
    """Text wrapped to the width of a box, at its "top", "middle" or "bottom"."""
    lines = wrap(text, max(box.width, 40.0), most)
    height = (len(lines) - 1) * LINE
    first = {"top": box.y + 12.5, "bottom": box.bottom - 4 - height}.get(at, box.middle[1] - height / 2 + 4.5)
    return text_lines(lines, box.middle[0], first, css)


def shape_part(node: Node, box: Box, mark: str) -> str:
    """The outline of a node and what stands in it besides its name."""
    if node.kind in EVENTS:
        return _event(node, box) + _mark(box, mark)
    if node.kind in GATEWAYS:
        return _gateway(node, box) + _mark(box, mark)
    body = _rectangle(box, "bp-shape", 10)
    if node.kind in _ICONS:
        body += _picture(_ICONS[node.kind], box.x + 6, box.y + 6, "bp-icon")
    return body + _mark(box, mark)


def frame_part(name: str, box: Box, css: str) -> str:
    """A pool or lane: a frame with its name turned along the left side."""
    x, y = box.x + 18, box.middle[1]
    turned = {
        "class": "bp-frame-name",
        "text-anchor": "middle",
        "transform": f"translate({number(x)} {number(y)}) rotate(-90)",
    }
    strip = tag(
        "path", {"class": "bp-frame-line", "d": f"M{number(box.x + 30)} {number(box.y)}v{number(box.height)}"}
    )
    lines = wrap(name, max(box.height - 8, 40.0), 1)
    return tag(
        "g",
        {"class": css},
        _rectangle(box, "bp-frame", 0) + strip + "".join(tag("text", turned, text=t) for t in lines),
    )


def note_part(key: str, text: str, box: Box) -> str:
    """A text annotation: an open bracket with its words."""
    left = f"M{number(box.x + 12)} {number(box.y)}H{number(box.x)}V{number(box.bottom)}H{number(box.x + 12)}"
    lines = wrap(text, max(box.width - 12, 40.0), max(1, int(box.height // LINE)))
    first = box.middle[1] - (len(lines) - 1) * LINE / 2 + 4.5
    words = [
        tag(
            "text",
            {"class": "bp-note-text", "x": number(box.x + 8), "y": number(first + place * LINE)},
            text=line,
        )
        for place, line in enumerate(lines)
    ]
    return tag(
        "g",
        {"class": "bp-note", "data-note": key},
        tag("path", {"class": "bp-bracket", "d": left}) + "".join(words),
    )


def _rectangle(box: Box, css: str, radius: int) -> str:
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": radius}
    return tag("rect", {"class": css, **{key: number(value) for key, value in place.items()}})


def _circle(box: Box, css: str, inset: float = 0) -> str:
    x, y = box.middle
    radius = max(box.width / 2 - inset, 1.0)
    return tag("circle", {"class": css, "cx": number(x), "cy": number(y), "r": number(radius)})


def _picture(path: str, x: float, y: float, css: str) -> str:
    return tag("path", {"class": css, "d": path, "transform": f"translate({number(x)} {number(y)})"})


def _event(node: Node, box: Box) -> str:
    body = _circle(box, f"bp-shape bp-{node.kind.value}")
    x, y = box.middle
    if node.kind is Kind.BOUNDARY:
        body += _circle(box, "bp-ring", 4)
        body += _picture(_ICONS[Kind.RECEIVE], x - 7, y - 7, "bp-icon")
    if node.terminate:
        body += _circle(box, "bp-terminate", box.width * 0.22)
    return body


def _gateway(node: Node, box: Box) -> str:
    x, y = box.middle
    corners = [(x, box.y), (box.right, y), (x, box.bottom), (box.x, y)]
    path = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in corners) + "Z"
    sign = "M-7 -7L7 7M7 -7L-7 7" if node.kind is Kind.EXCLUSIVE else "M0 -10V10M-10 0H10"
    return tag("path", {"class": "bp-shape", "d": path}) + _picture(sign, x, y, "bp-sign")


def _mark(box: Box, mark: str) -> str:
    """In the upper right corner: a tick in a disc where it is done, a bead where the case stands now."""
    if not mark:
        return ""
    x, y = box.right - 4, box.y + 4
    disc = tag("circle", {"class": f"bp-bead bp-bead-{mark}", "cx": number(x), "cy": number(y), "r": "8"})
    inside = (
        _picture(_TICK, x, y, "bp-tick")
        if mark == "done"
        else tag("circle", {"class": "bp-dot", "cx": number(x), "cy": number(y), "r": "3.2"})
    )
    return disc + inside
