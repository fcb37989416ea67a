"""Clock badges, the clock bar of a case, and why a date is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context

from yinuo.web import calendar_grid, formats, leaves
from yinuo.web.clockface import clock_face
from yinuo.web.parts import CaseClock, Why
from yinuo.web.tags.component import Offered, now_of

offered = Offered()


@offered.part
@pass_context
def clock_badge(
    context: Context,
    state: str,
    due: datetime | None = None,
    left: float | None = None,
    unit: str = "natural",
    warn: datetime | None = None,
    note: str = "",
    short: bool = False,
    near: bool = False,
    what: str = "",
) -> SafeString:
    """A clock badge. `state`: ok | warn | bad | pause | unknown | kept | waiting; see `clockface.clock_face`.

    `near` draws the outlined pill of the nearest clock in a list; `what` names the clock for announcements.
    """
    now = now_of(context)
    face = clock_face(state, due, now=now, left=left, unit=unit, warn=warn, note=note, short=short)
    return leaves.clock(face, near, what)


offered["clock_of"] = leaves.clock
offered["weeks"] = leaves.weeks


@offered.component("clock_bar")
@pass_context
def clock_bar(context: Context, clocks: Sequence[CaseClock], open_key: str = "") -> dict[str, Any]:
    """The clocks of a case side by side, with the panel "why this date" of the open one."""
    now = now_of(context)
    faces = [
        clock_face(c.state, c.due, now=now, left=c.left, unit=c.unit, warn=c.warn, note=c.note)
        for c in clocks
    ]
    opened = next((c for c in clocks if c.key == open_key and c.why), None)
    return {"cells": list(zip(clocks, faces, strict=True)), "opened": opened, "now": now}


@offered.component("why")
@pass_context
def why_panel(context: Context, why: Why, key: str = "why", hidden: bool = False) -> dict[str, Any]:
    """Calendar and reckoning of one due date."""
    today = formats.local(now_of(context)).date()
    return {"why": why, "key": key, "hidden": hidden, "grid": calendar_grid.grid_of(why, today)}
