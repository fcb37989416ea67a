"""From cases to the lines of the list: only the nearest clock is a pill."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.promises.promise import Promise
from yinuo.ground.terms.lists import labels
from yinuo.ground.worktime import Calendar
from yinuo.packs.complaints.models import Ending
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.complaints.queries import Shown
from yinuo.packs.complaints.views.parts import GRAVEST
from yinuo.web.case_clocks import promised_badge
from yinuo.web.clockface import ClockFace
from yinuo.web.formats import as_day, day, day_short, listed, local, moment_short
from yinuo.web.parts import Key

COLUMNS = ("accept", "answer", "legal")
# The clock of an imported complaint stands in the legal column, a second answer in that of the first.
ALIKE = {"company_reply": "legal", "reanswer": "answer"}


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
        return self.face is not None and not self.near and self.face.state in ("ok", "kept", "lapsed")


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint in the list."""

    case: Case
    number: str
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
    news: bool


def lines(shown: Sequence[Shown], now: datetime, here: str = "", news: Collection[UUID] = ()) -> list[Line]:
    """The lines of one page; editions are kept in memory, so this asks the database nothing.

    `here` is the query string of the list: a case opened from it knows the next
    one. `news`: cases with something new to the reader, who follows them.
    """
    at_hand(each.case for each in shown)
    reading = _Reading(now, here, news)
    return [reading.line(each.case, each.clocks) for each in shown]


class _Reading:
    """What all lines of a page share: the moment, and words in the reader's language, looked up once."""

    def __init__(self, now: datetime, here: str, news: Collection[UUID]) -> None:
        self.now, self.here, self.news = local(now), here, news
        lists = ("complaint_business", "complaint_cause", "complaint_source", "complaint_level")
        self.words = {key: labels(key) for key in lists}
        self.received = _("received %(at)s")
        self.promises: dict[UUID, dict[str, tuple[Promise, str]]] = {}

    def line(self, case: Case, clocks: Sequence[Clock]) -> Line:
        """One complaint."""
        complaint = case.complaint
        received = (
            day(case.opened_at) if case.opened_precision == "day" else moment_short(case.opened_at, self.now)
        )
        business = self.word("complaint_business", complaint.business) or _("not coded yet")
        cause = self.word("complaint_cause", complaint.cause)
        return Line(
            case=case,
            number=case.number,
            url=KIND.url(case.number) + self.here,
            received=self.received % {"at": received},
            customer=case.customer.masked_name if case.customer else _("Unknown person"),
            subject=complaint.subject,
            codes=f"{business} / {cause}" if cause else business,
            duplicate=complaint.identical_to_id is not None,
            source=self.word("complaint_source", complaint.source),
            level=self.word("complaint_level", complaint.level),
            grave=complaint.level == GRAVEST,
            unit=(case.complained_unit or case.handling_unit).name,
            handler=case.handler.name if case.handler else _("nobody yet"),
            step=step_names(case),
            clocks=self.cells(case, clocks),
            news=case.pk in self.news,
        )

    def word(self, list_key: str, code: str) -> str:
        """The name of a code; the code itself if the list does not know it."""
        return self.words[list_key].get(code, code)

    def cells(self, case: Case, running: Sequence[Clock]) -> list[Cell]:
        """The clocks in the order of the columns."""
        promised = self.promised(case.promises_id)
        calendar: Calendar = shelf.parsed(shelf.by_id(case.calendar_id))
        clocks = {ALIKE.get(clock.promise, clock.promise): clock for clock in running}
        faces = []
        for key in COLUMNS:
            clock = clocks.get(key)
            promise, name = promised.get(clock.promise, (None, key)) if clock else (None, key)
            face = promised_badge(clock, promise, calendar, self.now) if clock and promise else None
            faces.append((name, clock if face else None, face))
        near = [clock is not None and _is_nearest(clock, case.next_due) for _name, clock, _face in faces]
        lead = _leading(near, [face is not None for _name, _clock, face in faces])
        return [
            Cell(name, face, near[place], _due(clock, self.now) if clock else "", place == lead)
            for place, (name, clock, face) in enumerate(faces)
        ]

    def promised(self, edition_id: UUID) -> Mapping[str, tuple[Promise, str]]:
        """The promises of an edition by key, each with its name."""
        if edition_id not in self.promises:
            promises: Sequence[Promise] = shelf.parsed(shelf.by_id(edition_id))
            self.promises[edition_id] = {promise.key: (promise, str(promise.name)) for promise in promises}
        return self.promises[edition_id]


def step_names(case: Case) -> str:
    """The open steps in the reader's language; closed cases have none."""
    if not case.step:
        return "" if case.is_open else ended_how(case)
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    return listed(str(drawing.node(key).words or key) for key in case.step.split(","))


def ended_how(case: Case) -> str:
    """The word for how a complaint ended: closed, unless it ended otherwise than by an answer."""
    ending = case.complaint.ending
    return _("Closed") if ending in ("", Ending.HANDLED) else str(Ending(ending).label)


def _leading(near: Sequence[bool], shown: Sequence[bool]) -> int:
    """The place of the clock that speaks for the case: the nearest, else the last that was judged; -1 for none."""
    if True in near:
        return near.index(True)
    return max((place for place, is_shown in enumerate(shown) if is_shown), default=-1)


def _is_judged(clock: Clock) -> bool:
    """There is no due time to tell any more."""
    return clock.stated or clock.status in ("kept", "lapsed")


def _is_nearest(clock: Clock, next_due: datetime) -> bool:
    return clock.stopped_at is None and clock.due_at == next_due and not _is_judged(clock)


def _due(clock: Clock, now: datetime) -> str:
    """The due time; a limit that ends on a rest day shows both dates."""
    if clock.due_at is None or _is_judged(clock):
        return ""
    if clock.nominal_due_at == clock.due_at:
        return moment_short(clock.due_at, now)
    nominal, rolled = as_day(clock.nominal_due_at), as_day(clock.due_at)
    if nominal and nominal != rolled:
        return f"{day_short(nominal, now)} → {day_short(rolled, now)}"
    return moment_short(clock.due_at, now)


def keys() -> list[Key]:
    """Shortcuts of the list."""
    return [
        Key("J K", _("up and down")),
        Key("Enter", _("open")),
        Key("X", _("select")),
        Key("/", _("search")),
        Key("N", _("next one")),
        Key("C", _("register")),
    ]
