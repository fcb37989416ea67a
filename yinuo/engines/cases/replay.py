"""A case's marking is a cache: its step facts, played again on its edition, rebuild it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.interpreter import Marking, complete, start
from yinuo.facts.models import Fact

Decision = bool | int | str


def written(data: Mapping[str, Decision]) -> list[str] | None:
    """What a step decided as codes of a fact, `name:value` with the value as JSON writes it; None for nothing.

    Words are codes too: a step decides by codes, never by what somebody wrote.
    """
    codes = [
        f"{name}:{value if isinstance(value, str) else json.dumps(value)}" for name, value in data.items()
    ]
    return sorted(codes) or None


def decided(codes: Iterable[str]) -> dict[str, Decision]:
    """What `written` wrote, read."""
    pairs = (code.split(":", 1) for code in codes)
    return {name: _value(text) for name, text in pairs}


def _value(text: str) -> Decision:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int) else text


def rebuilt(case: Case) -> Marking:
    """The marking that the case's step facts lead to on its own edition; StepRefused if they do not fit it."""
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    marking = start(drawing, {}).marking
    done = Fact.objects.filter(case_id=case.pk, kind="cases.step_done").order_by("occurred_at", "id")
    for body in done.values_list("body", flat=True):
        data = json.loads(body)["data"]
        moved = complete(
            drawing, marking, data["step"], decided(data.get("decided", ())), serial=data["serial"]
        )
        marking = moved.marking
    return marking
