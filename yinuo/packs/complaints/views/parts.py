"""From a complaint to the records that components draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.engines.cases import timeline
from yinuo.engines.cases.models import Case, Step
from yinuo.engines.cases.recusal import COMPLAINED_OF
from yinuo.engines.cases.replay import HANDED_ON
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.svg import draw
from yinuo.ground.access.reach import Reach
from yinuo.ground.files.models import StoredFile
from yinuo.ground.terms.lists import label
from yinuo.packs.complaints.actions import redress_limits
from yinuo.packs.complaints.forms import ConclusionForm
from yinuo.packs.complaints.models import Complaint, Redress
from yinuo.packs.complaints.pack import money_words
from yinuo.packs.complaints.queries import Gate as Must
from yinuo.packs.complaints.ties import numbers_seen
from yinuo.web.formats import day, duration, listed
from yinuo.web.parts import (
    Crumb,
    FileMark,
    Gate,
    Key,
    NextStep,
    Pair,
    StepMark,
)

GRAVEST = "major"


def crumbs(case: Case) -> list[Crumb]:
    """Where the page is."""
    return [Crumb(_("Complaints"), reverse("complaints:list")), Crumb(case.number)]


def step_marks(
    drawing: Drawing, steps: Sequence[Step], now: datetime, *, is_open: bool = True
) -> list[StepMark]:
    """The drawing's human steps in order, each with its latest run; asking the customer only if it happened, and of
    an ended case only what was done."""
    latest = {step.key: step for step in sorted(steps, key=lambda step: step.serial) if not step.cancelled}
    marks = []
    for node in drawing.steps:
        step = latest.get(node.key)
        name = str(node.words or node.key)
        if step is None:
            if node.key != "ask" and is_open:
                marks.append(StepMark(name, "todo"))
            continue
        dwell = duration((step.done_at or now) - step.opened_at)
        who = step.done_by.name if step.done_by else ""
        marks.append(StepMark(name, "done" if step.done_at else "now", dwell, who))
    return marks


def of_this_round(drawing: Drawing, steps: Sequence[Step], again: datetime | None) -> list[Step]:
    """Without what was done in an earlier round, from the step on at which an ended case was opened again, and without
    steps that only an earlier edition of its process had."""
    order = {node.key: place for place, node in enumerate(drawing.steps)}
    there = [step for step in steps if step.key in order]
    begun = min((order[step.key] for step in there if again and step.opened_at >= again), default=len(order))
    return [step for step in there if order[step.key] < begun or (again and step.opened_at >= again)]


def drawing_of(process_id: UUID, steps: Sequence[Step]) -> str:
    """The drawing with where the case stands, as SVG."""
    current = frozenset(step.key for step in steps if step.done_at is None and not step.cancelled)
    done = frozenset(step.key for step in steps if step.done_at is not None) - current
    return _drawn(process_id, current, done, get_language() or "zh-hans")


@lru_cache(maxsize=256)  # of about 12 kB: a process has few places to stand, and an edition never changes
def _drawn(process_id: UUID, current: frozenset[str], done: frozenset[str], language: str) -> str:
    drawing: Drawing = shelf.parsed(shelf.by_id(process_id))
    return draw(drawing, current=current, done=done, language=language)


def timeline_of(case: Case, reach: Reach) -> list[timeline.Entry]:
    """What happened, newest first; nothing of other complaints that the reader may not see."""
    return timeline.entries(case, lambda others: numbers_seen(reach, others))


def handed_on(told: Sequence[timeline.Entry]) -> int:
    """How often it went from one unit to another."""
    return sum(entry.kind == HANDED_ON for entry in told)


def gate_marks(gates: Sequence[Must]) -> list[Gate]:
    """What must be done before the customer can be told."""
    return [Gate(str(gate.name), gate.met, "", gate.anchor) for gate in gates]


def next_step(open_steps: Sequence[str], gates: Sequence[Must]) -> NextStep | None:
    """The one legal next step of the open ones, as the button of the page."""
    unmet = tuple(gate for gate in gate_marks(gates) if not gate.done)
    steps = {
        "register": NextStep(_("Confirm receipt"), form="do-accept", icon="check"),
        "grade": NextStep(_("Save level and matters"), form="do-grade", icon="check"),
        "investigate": NextStep(_("Facts are established"), form="do-investigate", icon="check"),
        "ask": NextStep(_("Go on without waiting"), form="do-go-on", icon="player-play"),
        "answer": NextStep(_("Send the answer"), form="do-answer", icon="send", unmet=unmet),
        "close": NextStep(_("Close and file"), form="do-finish", icon="archive"),
    }
    return next((steps[key] for key in open_steps if key in steps), None)


def file_marks(files: Sequence[StoredFile]) -> list[FileMark]:
    """Files of the customer, each with its way to download it."""
    return [FileMark.of(file, downloads=True) for file in files]


def keys(handles: bool, notes: bool) -> list[Key]:
    """Shortcuts of the page."""
    shown = [Key("S", _("Next step"))] if handles else []
    return [*shown, Key("N", _("Note"))] if notes else shown


def case_words(case: Case, complaint: Complaint) -> dict[str, Any]:
    """Names in the reader's language of everything coded about a complaint."""
    customer = case.customer
    matters = len(complaint.matters.all())
    return {
        "customer": customer,
        "customer_name": customer.masked_name if customer else _("Unknown person"),
        "customer_facts": _customer_facts(case),
        "unit_facts": [
            Pair(_("Responsible"), case.owning_unit.name),
            Pair(_("Handled by"), case.handling_unit.name),
            Pair(_("Complained of"), case.complained_unit.name if case.complained_unit else None),
        ],
        "source_facts": _source_facts(complaint),
        "source_name": label("complaint_source", complaint.source),
        "level_name": label("complaint_level", complaint.level) if complaint.level else "",
        "grave": complaint.level == GRAVEST,
        "request_names": listed(label("complaint_request", code) for code in complaint.requests),
        "matters_hint": _("%(n)s, the first counts in statistics") % {"n": matters},
    }


@dataclass(frozen=True, slots=True)
class RedressLine:
    """One redress as its card shows it; `state` waits, granted or refused, in words."""

    kind: str
    amount: str
    state: str
    reason: str
    by: str
    decided_by: str


def redress_lines(redresses: Sequence[Redress]) -> list[RedressLine]:
    """What was proposed, in order."""
    states = {None: _("waits for a decision"), True: _("granted"), False: _("refused")}
    lapsed = _("not decided: the complaint ended first")
    return [
        RedressLine(
            label("complaint_redress", each.kind),
            money_words(each.amount, each.currency),
            lapsed if each.granted is None and each.decided_at else states[each.granted],
            each.reason,
            each.proposed_by.name,
            each.approval.decided_by.name if each.approval and each.approval.decided_by else "",
        )
        for each in redresses
    ]


def redress_total(complaint: Complaint) -> str:
    """All that was granted; "" where nothing was."""
    return (
        money_words(complaint.redress, redress_limits(complaint.case).currency) if complaint.redress else ""
    )


def redress_alone(complaint: Complaint) -> str:
    """How much more may be granted without a second person."""
    limits = redress_limits(complaint.case)
    most = max((limit.up_to for limit in limits.limits if limit.alone), default=0)
    return money_words(max(0, most - (complaint.redress or 0)), limits.currency)


def aside_facts(case: Case) -> list[Pair]:
    """Who is complained of, then who stands aside on another ground."""
    found = case.recusals.all()
    named = [recusal.person.name for recusal in found if recusal.ground == COMPLAINED_OF]
    others = [recusal for recusal in found if recusal.ground != COMPLAINED_OF]
    return [
        *([Pair(_("Complained of"), listed(named))] if named else []),
        *(
            Pair(_("Stands aside"), each.person.name, label("complaint_recusal", each.ground))
            for each in others
        ),
    ]


def _customer_facts(case: Case) -> list[Pair]:
    """Masked by the server; nothing of a customer whom the file does not name."""
    customer = case.customer
    if customer is None:
        return [Pair(_("Name"), _("Unknown person"))]
    return [
        Pair(_("Name"), customer.masked_name),
        *([Pair(_("Erased on"), day(erased))] if (erased := customer.key.destroyed_at) else []),
        Pair(_("Phone"), customer.masked_phone or None),
        Pair(_("E-mail"), customer.masked_email or None),
        Pair(_("Language"), dict(settings.LANGUAGES).get(case.language, case.language)),
    ]


def _source_facts(complaint: Complaint) -> list[Pair]:
    """The file's own words, for an imported complaint."""
    if not complaint.source_codes:
        return []
    names = {
        "product": _("Product"),
        "sub_product": _("Sub-product"),
        "issue": _("Issue"),
        "sub_issue": _("Sub-issue"),
        "submitted_via": _("Submitted via"),
        "response": _("Company's response"),
    }
    said = [Pair(name, complaint.source_codes.get(key)) for key, name in names.items()]
    yes_no = {True: _("Yes"), False: _("No"), None: None}
    return [
        Pair(_("Row"), complaint.source_row),
        *said,
        Pair(_("Forwarded"), day(complaint.forwarded_on)),
        Pair(_("Timely"), yes_no[complaint.stated_timely]),
        Pair(_("Disputed"), yes_no[complaint.disputed]),
    ]


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter as its row and its form show it."""

    position: int
    title: str
    business: str
    cause: str
    unit: str
    conclusion: str
    finding: str
    form: Any

    @property
    def anchor(self) -> str:
        """Where its form is on the page."""
        return f"conclude-{self.position}"


def matter_lines(complaint: Complaint, said: Mapping[str, Any]) -> list[MatterLine]:
    """The matters; the form that was just refused keeps what was typed."""
    lines = []
    for matter in complaint.matters.all():
        refused = said.get("conclusion_form") if said.get("concluding") == matter.position else None
        form = refused or ConclusionForm(
            initial={"conclusion": matter.conclusion, "finding": matter.finding},
            auto_id=f"m{matter.position}_%s",
        )
        lines.append(
            MatterLine(
                matter.position,
                matter.title,
                label("complaint_business", matter.business) if matter.business else "--",
                label("complaint_cause", matter.cause) if matter.cause else "--",
                matter.responsible_unit.name if matter.responsible_unit else "--",
                matter.get_conclusion_display() if matter.conclusion else "",
                matter.finding,
                form,
            )
        )
    return lines
