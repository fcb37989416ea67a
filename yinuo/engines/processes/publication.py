"""A drawing becomes an edition only when it can be executed and cannot get stuck."""

from __future__ import annotations

from django.utils.translation import gettext

from yinuo.engines.processes.drawing import Drawing, parse_drawing
from yinuo.engines.processes.problems import DrawingRefused, Problem
from yinuo.engines.processes.reasons import REASONS
from yinuo.engines.processes.soundness import check_soundness

PARTS = ("why", "old")  # values that are words of ours, not of the drawing


def read_process(content: str) -> Drawing:
    """The drawing of an edition; ValueError lists every element that cannot stand, in the reader's language."""
    try:
        drawing = parse_drawing(content.encode())
        problems = list(check_soundness(drawing))
    except DrawingRefused as refused:
        raise ValueError("\n".join(map(in_words, refused.problems))) from refused
    if problems:
        raise ValueError("\n".join(map(in_words, problems)))
    return drawing


def in_words(problem: Problem) -> str:
    """A problem in the reader's language."""
    values = {name: gettext(said) if name in PARTS else said for name, said in problem.values.items()}
    return gettext(REASONS[problem.reason_code]).format(element=problem.label, **values)
