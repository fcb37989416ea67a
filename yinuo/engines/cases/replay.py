"""A case's marking is a cache: its step facts, played again on the editions it went by, rebuild it; so is the unit
that handles it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.interpreter import (
    Marking,
    Moved,
    cancel_all,
    complete,
    migrate,
    reopen,
    start,
)
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
    """The marking that the case's step facts lead to; StepRefused or MigrationRefused if they do not fit."""
    return _walked(case)[0]


def before_its_end(case: Case) -> Marking:
    """The marking as it stood when the case was abandoned, the last time."""
    return _walked(case)[1]


def handled_in(case: Case) -> UUID | None:
    """The unit that the case's facts lead to: where it was last handed over to, else where it was first written down."""
    facts = Fact.objects.filter(case_id=case.pk).order_by("occurred_at", "id")
    last = facts.filter(kind=HANDED_ON).values_list("body", flat=True).last()
    if last is not None:
        return UUID(json.loads(last)["data"]["receiving"])
    return facts.values_list("unit_id", flat=True).first()


def _walked(case: Case) -> tuple[Marking, Marking]:
    """Where the facts lead, and where they stood before the last abandonment."""
    done = Fact.objects.filter(case_id=case.pk, kind__in=(*_MOVES, CHANGED, RESTORED)).order_by(
        "occurred_at", "id"
    )
    happened = [(kind, json.loads(body)["data"]) for kind, body in done.values_list("kind", "body")]
    drawing = _drawing(next((data["was"] for kind, data in happened if kind == CHANGED), case.process_id))
    marking = before = start(drawing, {}).marking
    for kind, data in happened:
        if kind == RESTORED:
            marking = before
        elif kind == CHANGED:
            drawing = _drawing(data["edition"])
            mapping = dict(zip(data["places"], data["became"], strict=True))
            marking = migrate(marking, drawing, mapping).marking
        else:
            before = marking if kind == ABANDONED else before
            marking = _MOVES[kind](drawing, marking, data).marking
    return marking, before


def _drawing(edition: str | UUID) -> Drawing:
    drawing: Drawing = shelf.parsed(shelf.by_id(UUID(str(edition))))
    return drawing


def _completed(drawing: Drawing, marking: Marking, data: Mapping[str, Any]) -> Moved:
    return complete(drawing, marking, data["step"], decided(data.get("decided", ())), serial=data["serial"])


CHANGED = "cases.changed_over"
HANDED_ON = "cases.handed_on"  # to another unit
ABANDONED, RESTORED = "cases.abandoned", "cases.restored"  # the second takes the first back
_MOVES: Mapping[str, Callable[[Drawing, Marking, Mapping[str, Any]], Moved]] = {
    "cases.step_done": _completed,
    ABANDONED: lambda drawing, marking, data: cancel_all(drawing, marking),
    "cases.reopened": lambda drawing, marking, data: reopen(drawing, marking, data["step"]),
}
