"""The full complaint process of the fixtures, and short ways to act in a drawing."""

from __future__ import annotations

from pathlib import Path

import pytest

from yinuo.engines.processes.drawing import parse_drawing
from yinuo.engines.processes.interpreter import (
    StepRefused,
    complete,
    start,
)
from yinuo.engines.processes.tests.building import document, node

FULL = parse_drawing((Path(__file__).parent / "fixtures" / "complaint_full.bpmn").read_bytes())
PLATFORM = {"classify": lambda data: {}, "send": lambda data: {"letter": "x"}}
START, END = node("startEvent", "start"), node("endEvent", "end")


def steps(*keys):
    return "".join(node("userTask", key) for key in keys)


def drawn(*parts, **more):
    return parse_drawing(document(START, END, *parts, **more))


def walked(*moves, drawing=FULL, handlers=PLATFORM):
    moved = start(drawing, handlers=handlers)
    for key, data in moves:
        moved = complete(drawing, moved.marking, key, data, handlers=handlers)
    return moved


def refusal(act, *arguments, **more):
    with pytest.raises(StepRefused) as refused:
        act(*arguments, **more)
    return refused.value.reason_code


def keys(opened):
    return [step.key for step in opened]
