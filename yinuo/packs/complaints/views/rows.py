"""From cases to the lines of the list: only the nearest clock is a pill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.promises.promise import Promise
from yinuo.ground.terms.lists import label
from yinuo.ground.worktime import Calendar
from yinuo.packs.complaints.views.parts import GRAVEST
from yinuo.web.case_clocks import minutes_left
from yinuo.web.clockface import ClockFace, badge_state, clock_face
from yinuo.web.formats import day, day_short, moment_short
from yinuo.web.parts import Key

COLUMNS = ("accept", "answer", "legal")
ALIKE = {"company_reply": "legal"}  # the clock of an imported complaint stands in the legal column


@dataclass(frozen=True, slots=True)
class Cell:
    """One clock in a line; no face where the case has no such clock."""

    label: str
    face: ClockFace | None = None
    near: bool = False
    due: str = ""
    lead: bool = False  # the one clock a phone shows

    @property
    def quiet(self) -> bool:
        """Nothing to do about it now: plain words, no pill."""
        return self.face is not None and not self.near and self.face.state in ("ok", "kept")


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint in the list."""

    case: Case
    url: str
    received: str
    customer: str
    subject: str
    codes: str
    duplicate: bool
    source: str
    level: str
    grave: bool
    unit: str
    handler: str
    step: str
    clocks: Sequence[Cell]


def lines(cases: Sequence[Case], now: datetime) -> list[Line]:
    """The lines of one page; editions are kept in memory, so this asks the database nothing."""
    return [_line(case, now) for case in cases]


def _line(case: Case, now: datetime) -> Line:
    complaint = case.complaint
    received = (
        day(timezone.localdate(case.opened_at))
        if case.opened_precision == "day"
        else moment_short(case.opened_at, now)
    )
    business = label("complaint_business", complaint.business) if complaint.business else _("not coded yet")
    cause = label("complaint_cause", complaint.cause) if complaint.cause else ""
    return Line(
        case=case,
        url=reverse("complaints:page", args=[case.number]),
        received=_("received %(at)s") % {"at": received},
        customer=case.customer.masked_name if case.customer else _("Unknown person"),
        subject=complaint.subject,
        codes=f"{business} / {cause}" if cause else business,
        duplicate=complaint.identical_to_id is not None,
        source=label("complaint_source", complaint.source),
        level=label("complaint_level", complaint.level) if complaint.level else "",
        grave=complaint.level == GRAVEST,
        unit=(case.complained_unit or case.handling_unit).name,
        handler=case.handler.name if case.handler else _("nobody yet"),
        step=step_names(case),
        clocks=_cells(case, now),
    )


def step_names(case: Case) -> str:
    """The open steps in the reader's language; closed cases have none."""
    if not case.step:
        return "" if case.is_open else _("Closed")
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    return "、".join(str(drawing.node(key).words or key) for key in case.step.split(","))


def _cells(case: Case, now: datetime) -> list[Cell]:
    promises: dict[str, Promise] = {p.key: p for p in shelf.parsed(shelf.by_id(case.promises_id))}
    calendar: Calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    clocks = {ALIKE.get(clock.promise, clock.promise): clock for clock in case.clocks.all()}
    cells = []
    for key in COLUMNS:
        clock = clocks.get(key)
        promise = promises.get(clock.promise) if clock else None
        cells.append(_cell(clock, promise, case, calendar, now) if clock and promise else Cell(key))
    return _led(cells)


def _led(cells: list[Cell]) -> list[Cell]:
    """With the clock marked that speaks for the case: the nearest, else the last that was judged."""
    shown = [cell for cell in cells if cell.face]
    first = next((cell for cell in shown if cell.near), shown[-1] if shown else None)
    return [replace(cell, lead=cell is first) for cell in cells]


def _cell(clock: Clock, promise: Promise, case: Case, calendar: Calendar, now: datetime) -> Cell:
    name = str(promise.name)
    if clock.stated:
        told = {"kept": _("kept, as stated"), "broken": _("late, as stated")}.get(clock.status, "")
        state = {"kept": "kept", "broken": "kept"}.get(clock.status, "unknown")
        return Cell(name, clock_face(state, None, now=now, note=told))
    state = badge_state(clock.status, due_at=clock.due_at, warn_at=clock.warn_at, now=now)
    if state == "kept":
        return Cell(name, clock_face("kept", clock.due_at, now=now, note=_("kept")))
    if clock.stopped_at:
        state = "late"
    left = minutes_left(promise, calendar, clock.due_at, clock.stopped_at or now)
    unit = "working" if promise.within.working else "natural"
    face = clock_face(state, clock.due_at, now=now, left=left, unit=unit, warn=clock.warn_at, short=True)
    near = clock.stopped_at is None and clock.due_at == case.next_due
    return Cell(name, face, near, _due(clock, now))


def _due(clock: Clock, now: datetime) -> str:
    """The due time; a limit that ends on a rest day shows both dates."""
    if clock.due_at is None:
        return ""
    if clock.nominal_due_at and timezone.localdate(clock.nominal_due_at) != timezone.localdate(clock.due_at):
        nominal, rolled = (timezone.localdate(at) for at in (clock.nominal_due_at, clock.due_at))
        return f"{day_short(nominal, now)} → {day_short(rolled, now)}"
    return moment_short(clock.due_at, now)


def keys() -> list[Key]:
    """Shortcuts of the list."""
    return [
        Key("J K", _("up and down")),
        Key("Enter", _("open")),
        Key("/", _("search")),
        Key("N", _("next one")),
        Key("C", _("register")),
    ]
