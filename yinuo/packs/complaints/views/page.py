"""The page of one complaint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yinuo.engines.cases.models import Case, Clock, Step
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.timeline import entries
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.svg import draw
from yinuo.engines.promises.promise import Promise
from yinuo.ground.access.reach import Reach
from yinuo.ground.access.views_guard import needs
from yinuo.ground.files.models import StoredFile
from yinuo.ground.people.models import User
from yinuo.ground.worktime import DayNote
from yinuo.packs.complaints import forms, queries
from yinuo.packs.complaints.models import Complaint, Draft
from yinuo.ground.access.middleware import StaffRequest


@needs("complaints.view")
def case_page(request: StaffRequest, number: str) -> HttpResponse:
    """One complaint: steps, clocks, words, matters, timeline, and the one legal next step."""
    case = visible_case(request, number)
    return respond(request, case)


def visible_case(request: StaffRequest, number: str) -> Case:
    """The complaint of that number, if the reader may see it; else it does not exist."""
    case = queries.for_page(queries.visible(request.reach)).filter(number=number).first()
    if case is None:
        raise Http404
    return case


def respond(request: HttpRequest, case: Case, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page, with forms as far as they are filled; `refusal` and `form` carry what went wrong."""
    return render(request, "complaints/page.html", context(request, case, said), status=status)


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the stepper: where it stands, who did it, how long it stayed."""

    key: str
    name: str
    state: str
    who: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ClockShown:
    """One clock of the bar with its promise and the days counted."""

    clock: Clock
    promise: Promise
    days: list[DayNote] = field(default_factory=list)


def context(request: Any, case: Case, said: dict[str, Any]) -> dict[str, Any]:
    """Everything the template shows."""
    now = timezone.now()
    reach: Reach = request.reach
    complaint: Complaint = case.complaint
    matters = list(complaint.matters.all())
    handles = reach.may("complaints.handle", case.handling_unit_id)
    drafts = _drafts(case, request.user) if handles else {}
    steps = list(case.steps.all())
    drawing: Drawing = shelf.parsed(case.process)
    gates = queries.gates_before_answer(complaint)
    return {
        "case": case,
        "complaint": complaint,
        "customer": case.customer,
        "matters": matters,
        "steps": shown_steps(drawing, steps, now),
        "drawing": drawing_of(drawing, steps),
        "clocks": shown_clocks(case, now),
        "open_steps": case.step.split(",") if case.step else [],
        "timeline": entries(case),
        "notes": [note for note in case.notes.all()],
        "gates": gates,
        "gates_open": sum(not gate.met for gate in gates),
        "handles": handles and case.is_open,
        "assigns": case.is_open and reach.may("complaints.assign", case.handling_unit_id),
        "files": files_of(case),
        "elapsed_days": _elapsed_days(case, now),
        "siblings": _siblings(case),
        "draft_url": reverse("complaints:draft", args=[case.number]),
        **_forms(case, complaint, drafts, said),
    }


def _forms(case: Case, complaint: Complaint, drafts: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Each form bound to what was just refused, else filled from the saved draft."""
    return {
        "level_form": forms.LevelForm(initial={"level": complaint.level} | drafts.get("grade", {})),
        "matter_forms": forms.matter_forms(complaint),
        "investigation_form": forms.InvestigationForm(initial=drafts.get("investigate")),
        "answer_form": forms.AnswerForm(initial=drafts.get("answer")),
        "note_form": forms.NoteForm(initial=drafts.get("note")),
        "conclusion_form": forms.ConclusionForm(),
        "hand_over_form": forms.HandOverForm(colleagues=colleagues(case)),
        "refusal": "",
        "concluding": 0,
    } | said


def _drafts(case: Case, author: User) -> dict[str, Any]:
    return {draft.form: draft.values for draft in Draft.objects.filter(case=case, author=author)}


def colleagues(case: Case) -> Any:
    """Who can be given the case: people with a handling post in the handling unit today."""
    today = timezone.localdate()
    return (
        User.objects.filter(
            is_active=True,
            postings__unit_id=case.handling_unit_id,
            postings__role__in=("handler", "lead"),
            postings__valid_from__lte=today,
        )
        .exclude(postings__valid_to__lt=today)
        .distinct()
        .order_by("name")
    )


def shown_steps(drawing: Drawing, steps: list[Step], now: datetime) -> list[StepShown]:
    """The drawing's human steps in order, each with its latest run; a step skipped so far is still to come."""
    latest = {step.key: step for step in sorted(steps, key=lambda step: step.serial) if not step.cancelled}
    shown = []
    for node in drawing.human_steps():
        step = latest.get(node.key)
        if step is None:
            shown.append(StepShown(node.key, str(node.words), "todo"))
        else:
            until = step.done_at or now
            seconds = int((until - step.opened_at).total_seconds())
            who = step.done_by.name if step.done_by else ""
            shown.append(StepShown(node.key, str(node.words), "done" if step.done_at else "now", who, seconds))
    return [step for step in shown if step.key != "ask" or step.state != "todo"]


def drawing_of(drawing: Drawing, steps: list[Step]) -> str:
    """The drawing with where the case stands, as SVG."""
    from django.utils.translation import get_language

    current = frozenset(step.key for step in steps if step.done_at is None and not step.cancelled)
    done = frozenset(step.key for step in steps if step.done_at is not None) - current
    return draw(drawing, current=current, done=done, language=get_language() or "zh-hans")


def shown_clocks(case: Case, now: datetime) -> list[ClockShown]:
    """The clocks in the order of the promises, each with why its date is what it is."""
    promises = {promise.key: promise for promise in shelf.parsed(shelf.by_id(case.promises_id))}
    states = folded(case, traits_of(case), now)
    shown = []
    for clock in sorted(case.clocks.all(), key=lambda clock: clock.position):
        promise, state = promises.get(clock.promise), states.get(clock.promise)
        if promise is not None:
            days = list(state.days) if state and not clock.stated else []
            shown.append(ClockShown(clock, promise, days))
    return shown


def files_of(case: Case) -> list[StoredFile]:
    """What the customer handed in."""
    return list(StoredFile.objects.filter(owner_kind="case", owner_id=case.pk).order_by("uploaded_at"))


def _elapsed_days(case: Case, now: datetime) -> int | None:
    if not case.is_open and case.closed_at is None:
        return None
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    days: int = calendar.working_days(
        timezone.localdate(case.opened_at), timezone.localdate(case.closed_at or now)
    )
    return days


def _siblings(case: Case) -> list[Case]:
    """The same customer's other complaints, newest first; only as many as a side card shows."""
    if case.customer_id is None:
        return []
    same = Case.objects.filter(customer_id=case.customer_id, kind=case.kind).exclude(pk=case.pk)
    return list(same.select_related("complaint").order_by("-opened_at")[:5])
