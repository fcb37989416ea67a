"""What a case shows: steps, timeline, gates, next step, people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from yinuo.web.parts import Crumb, Difference, Entry, Gate, NextStep, Person, StepMark
from yinuo.web.tags.component import Offered
from yinuo.web.timeline import by_day

offered = Offered()


@offered.component("stepper")
def stepper(steps: Sequence[StepMark]) -> dict[str, Any]:
    """The steps of a process with dwell times."""
    return {"steps": steps, "current": next((n for n, s in enumerate(steps, 1) if s.state == "now"), 0)}


@offered.component("steps_public")
def public_steps(steps: Sequence[StepMark]) -> dict[str, Any]:
    """The same for a customer: one below the other; `dwell` is the line under the name, `note` small
    print."""
    return {"steps": steps}


@offered.component("flow")
def flow(steps: Sequence[Crumb], current: int) -> dict[str, Any]:
    """The parts of a long form; those before `current` (from 1) link back."""
    return {
        "steps": [
            (n, s, "done" if n < current else "now" if n == current else "") for n, s in enumerate(steps, 1)
        ]
    }


@offered.component("timeline")
def timeline(entries: Sequence[Entry]) -> dict[str, Any]:
    """Entries grouped by day, in the order given."""
    return {"days": by_day(entries)}


@offered.component("gates")
def gates(items: Sequence[Gate]) -> dict[str, Any]:
    """What must be done before the case may close."""
    return {"items": items}


@offered.component("next_step")
@pass_context
def next_step(context: Context, step: NextStep) -> dict[str, Any]:
    """The primary button and the gates in its way."""
    return {"step": step, "csrf_input": context.get("csrf_input")}


@offered.component("phone_bar")
@pass_context
def phone_bar(context: Context, step: NextStep) -> dict[str, Any]:
    """The same at the lower edge of a phone."""
    return {"step": step, "csrf_input": context.get("csrf_input")}


@offered.component("presence")
def presence(people: Sequence[Person]) -> dict[str, Any]:
    """Who else is looking."""
    return {"people": people}


@offered.component("eyes")
def eyes(people: Sequence[Person]) -> dict[str, Any]:
    """Who proposed and who approved or will."""
    return {"people": people}


@offered.component("conflict")
def conflict(who: str, at: datetime, differences: Sequence[Difference] = (), url: str = "") -> dict[str, Any]:
    """Somebody else changed it meanwhile; nothing was overwritten."""
    return {"who": who, "at": at, "differences": differences, "url": url}
