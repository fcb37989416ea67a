"""A drawing becomes an edition only when it can be executed and cannot get stuck."""

from __future__ import annotations

from yinuo.engines.processes.drawing import Drawing, parse_drawing
from yinuo.engines.processes.soundness import check_soundness


def read_process(content: str) -> Drawing:
    """The drawing of an edition; ValueError (DrawingRefused) lists every element that cannot stand."""
    drawing = parse_drawing(content.encode())
    problems = check_soundness(drawing)
    if problems:
        raise ValueError("\n".join(problem.text for problem in problems))
    return drawing
