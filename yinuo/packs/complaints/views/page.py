"""The page of one complaint: what it shows and which forms it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from yinuo.engines.cases import approvals, following, intentions
from yinuo.engines.cases.clocks import applicable
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moments import moments_asked
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.timeline import entries_asked
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.promises.fold import ClockState
from yinuo.facts.questions import Asked, ahead
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach
from yinuo.ground.access.views_guard import needs
from yinuo.ground.terms.lists import label
from yinuo.packs.complaints import actions, forms, queries
from yinuo.packs.complaints.models import Complaint, Ending
from yinuo.packs.complaints.overdue import overdue
from yinuo.packs.complaints.repeats import repeats
from yinuo.packs.complaints.ties import likely_asked, ties_asked
from yinuo.packs.complaints.views import held, parts, people, together
from yinuo.packs.complaints.views.kept import PLACES
from yinuo.packs.complaints.views.listing import neighbours
from yinuo.packs.complaints.views.rows import ended_how
from yinuo.web.case_clocks import case_clocks
from yinuo.web.case_links import because_asked, cases_because_of, openers
from yinuo.web.case_rungs import case_rungs
from yinuo.web.case_verbs import here
from yinuo.web.customer_parts import customer_parts
from yinuo.web.kept_words import kept_words
from yinuo.web.navigation import asked_on_every_page
from yinuo.web.timeline import as_told


@require_safe
@needs("complaints.view")
def case_page(request: StaffRequest, number: str) -> HttpResponse:
    """One complaint: steps, clocks, words, matters, timeline, and the one legal next step."""
    case = visible_case(request, number)
    following.looked(case, request.user)
    intentions.looked(case, request.user, timezone.now())
    return respond(request, case)


def visible_case(request: StaffRequest, number: str) -> Case:
    """The complaint of that number, if the reader may see it; else it does not exist."""
    case = queries.whole(request.reach, number)
    if case is None:
        raise Http404
    return case


def respond(request: HttpRequest, case: Case, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page, with forms as far as they are filled; `refusal` and the bound form carry what went wrong."""
    with ahead(*_asked(request, case)):
        return render(request, "complaints/page.html", context(request, case, said), status=status)


def _asked(request: Any, case: Case) -> list[Asked]:
    """What the page asks once its case is read, in the order in which it needs the answers, the dearest last."""
    reach: Reach = request.reach
    handles = case.is_open and reach.may("complaints.handle", case.handling_unit_id)
    return [
        moments_asked(case, applicable(shelf.parsed(shelf.by_id(case.promises_id)), traits_of(case))),
        *([queries.drafts_asked(case, request.user)] if handles else ()),
        entries_asked(case),
        ties_asked(case),
        *(likely_asked(case, reach) if handles and case.complaint.answered_at is None else ()),
        because_asked(case),
        queries.files_asked(case),
        *queries.siblings_asked(case, reach),
        *asked_on_every_page(request),
    ]


def context(request: Any, case: Case, said: dict[str, Any]) -> dict[str, Any]:
    """Everything the template shows, in a fixed number of queries."""
    now = timezone.now()
    reach: Reach = request.reach
    complaint: Complaint = case.complaint
    on_its_way = held.held(case, request.user, now)
    handles = case.is_open and on_its_way is None and reach.may("complaints.handle", case.handling_unit_id)
    notes = reach.may("complaints.note", case.handling_unit_id)
    process = shelf.by_id(case.process_id)
    drawing: Drawing = shelf.parsed(process)
    steps = parts.of_this_round(drawing, list(case.steps.all()), complaint.reopened_at)
    gates = queries.gates_before_answer(complaint, now) if case.is_open or complaint.answered_at else []
    open_steps = case.step.split(",") if case.step else []
    states = folded(case, traits_of(case), now)
    drafts = queries.drafts_of(case, request.user) if handles else {}
    said = held.back(case, reach, now, drafts) | said
    own_or_lead = handles and case.handler_id == request.user.pk
    shown = {
        "case": case,
        "number": case.number,
        "complaint": complaint,
        **parts.case_words(case, complaint),
        "crumbs": parts.crumbs(case),
        "here": here(request),
        "neighbours": neighbours(request, case),
        "steps": parts.step_marks(drawing, steps, now, is_open=case.is_open),
        "drawing": parts.drawing_of(case.process_id, steps),
        "clocks": case_clocks(case, states, now),
        "open_clock": "",
        "open_steps": open_steps,
        "rungs": case_rungs(case, reach),
        **_story(case, reach),
        "gates": parts.gate_marks(gates),
        "gates_hint": f"{sum(gate.met for gate in gates)} / {len(gates)}",
        "concludes": handles and bool({"investigate", "answer"} & set(open_steps)),
        "matter_lines": parts.matter_lines(complaint, said),
        "process_name": str(drawing.words or drawing.key),
        "process_number": process.number,
        "handles": handles,
        "notes": notes,
        "hands_over": case.is_open and (own_or_lead or reach.may("complaints.assign", case.handling_unit_id)),
        "step": parts.next_step(open_steps, gates) if handles else None,
        **_side(request, case, handles, states, said),
        **held.shown(on_its_way),
        **_around(case, reach, now),
        "keys": parts.keys(handles, notes),
        "now": now,
        **_forms(case, reach, drafts, said),
    }
    return shown | kept_words(shown, said, PLACES)


def _around(case: Case, reach: Reach, now: datetime) -> dict[str, Any]:
    """What was handed in, how long it took, what else the customer complained about; where drafts and facts go."""
    return {
        "files": parts.file_marks(queries.files_of(case)),
        "elapsed_days": _elapsed_days(case, now),
        "siblings": [(other, repeats(case, other)) for other in queries.siblings(case, reach)],
        "draft_url": reverse("complaints:draft", args=[case.number]),
        "live_case": str(case.pk),
        "proves": reach.may("complaints.prove", case.handling_unit_id),
    }


def _forms(case: Case, reach: Reach, drafts: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Each form bound to what was just refused, else filled from the saved draft.

    A page shows two or three of them, whichever its step needs; the others are never made.
    """
    complaint: Complaint = case.complaint
    made: dict[str, Callable[[], Any]] = {
        "level_form": lambda: forms.LevelForm(initial={"level": complaint.level} | drafts.get("grade", {})),
        "matter_forms": lambda: forms.matter_forms(complaint, drafted=drafts.get("grade")),
        "investigation_form": lambda: forms.InvestigationForm(initial=drafts.get("investigate")),
        "answer_form": lambda: forms.AnswerForm(initial=drafts.get("answer")),
        "note_form": lambda: forms.NoteForm(initial=drafts.get("note")),
        "extension_form": forms.ExtensionForm,
        "decision_form": forms.DecisionForm,
        "redress_form": forms.RedressForm,
        "redress_decision_form": forms.redress_decision,
        "complained_of_form": lambda: forms.ComplainedOfForm(concerned=queries.concerned(case)),
        "conflict_form": forms.ConflictForm,
        "withdrawal_form": forms.WithdrawalForm,
        "refusal_form": forms.RefusalForm,
        "reopening_form": lambda: forms.ReopeningForm(ending=complaint.ending),
        "overdue_form": lambda: overdue_form(case),
        "conclusion_form": forms.ConclusionForm,
        **people.made_forms(),
        "hand_over_form": lambda: hand_over_form(case),
        "to_unit_form": lambda: to_unit_form(case),
    }
    shown: dict[str, Any] = {name: SimpleLazyObject(make) for name, make in made.items()}
    shown |= together.unfilled(case, reach) | {"refusal": "", "concluding": 0, "drafts": drafts} | said
    graded = SimpleLazyObject(lambda: [shown["level_form"], *shown["matter_forms"]])
    return shown | {"grade_forms": graded}


def _story(case: Case, reach: Reach) -> dict[str, Any]:
    """What happened, and how often it went from one unit to another."""
    told = parts.timeline_of(case, reach)
    return {"entries": as_told(told), "handed_on": parts.handed_on(told)}


def _side(
    request: Any, case: Case, handles: bool, states: Mapping[str, ClockState], said: Mapping[str, Any]
) -> dict[str, Any]:
    """The cards at the side that say who may do what, and which other cases there are because of it."""
    return {
        **_extension(request, case, handles, states),
        **_redress(request, case, handles),
        **_aside(case, request.reach, handles),
        **_ending(case, request.reach, handles),
        **_overdue(case, handles),
        **people.around(case, request.reach, handles, said),
        **together.together(case, request.reach, handles),
        "because_of_it": cases_because_of(case, request.reach),
        "customer_parts": customer_parts(case, request.reach),
        "openers": openers(case, request.reach, business=case.complaint.business, cause=case.complaint.cause),
    }


def _overdue(case: Case, handles: bool) -> dict[str, Any]:
    """Whether it owes a reason for taking so long, or has given one, and whether this reader gives it."""
    complaint: Complaint = case.complaint
    found = overdue(case, timezone.now())
    reason = complaint.overdue_reason
    return {
        "overdue": found,
        "overdue_reason": label(found.promise.explain, reason) if found and reason else "",
        "explains": handles and complaint.answered_at is None,
    }


def _extension(request: Any, case: Case, handles: bool, states: Mapping[str, ClockState]) -> dict[str, Any]:
    """What may be asked for, what waits, and whether this reader decides it."""
    if not case.is_open:
        return {}
    asked = approvals.waiting(case, actions.WHAT)
    eyes = asked is not None and request.user.pk not in (asked.asked_by_id, case.handler_id)
    decides = eyes and request.reach.may("complaints.extend", case.handling_unit_id)
    found = actions.next_extension(case, states) if asked or handles else None
    return {
        "extension": found,
        "extension_asked": asked,
        "extends": handles and not asked,
        "decides": decides,
    }


def _redress(request: Any, case: Case, handles: bool) -> dict[str, Any]:
    """What was proposed and granted, whether more may be, and whether this reader decides what waits."""
    redresses = list(case.complaint.redresses.all())
    asked = next((redress for redress in redresses if redress.decided_at is None), None)
    eyes = asked is not None and request.user.pk not in (asked.proposed_by_id, case.handler_id)
    concerns = eyes and request.reach.may("complaints.redress", case.handling_unit_id)
    settling = bool(actions.WHILE & set(case.step.split(",")))
    return {
        "redress_lines": parts.redress_lines(redresses),
        "redress_total": parts.redress_total(case.complaint),
        "redress_asked": asked,
        "redress_decides": asked is not None
        and concerns
        and actions.may_grant(case, asked.amount, request.reach),
        "redress_above": concerns,
        "redress_alone": parts.redress_alone(case.complaint) if handles and settling else "",
        "proposes": handles and settling and asked is None,
    }


def _ending(case: Case, reach: Reach, handles: bool) -> dict[str, Any]:
    """How it ended; whether this reader may end it otherwise than by an answer, or open it again."""
    merged = case.complaint.ending == Ending.MERGED  # it is separated instead
    told_by_us = not case.is_open and case.closed_at is not None and not merged
    return {
        "ended_how": "" if case.is_open else ended_how(case),
        "withdraws": handles and case.complaint.answered_at is None,
        "refuses": handles and "register" in case.step.split(","),
        "reopens": told_by_us and reach.may("complaints.reopen", case.handling_unit_id),
    }


def _aside(case: Case, reach: Reach, handles: bool) -> dict[str, Any]:
    """Who stands aside, whether this reader may name others, and whether it waits to be claimed."""
    return {
        "claims": handles and case.handler_id is None and "register" not in case.step.split(","),
        "names": reach.may("complaints.recuse", case.handling_unit_id),
        "aside_facts": parts.aside_facts(case),
    }


def overdue_form(case: Case, data: Any = None) -> forms.OverdueForm:
    """The reasons of the list that the promise names whose first limit has passed."""
    found = overdue(case, timezone.now())
    initial = {"reason": case.complaint.overdue_reason}
    return forms.OverdueForm(data, reasons=found.promise.explain if found else "", initial=initial)


def hand_over_form(case: Case, data: Any = None) -> forms.HandOverForm:
    """Whoever can handle it, each with what they have to do now."""
    found = queries.colleagues(case)
    work = actions.work_of([person.pk for person in found], timezone.now())
    return forms.HandOverForm(data, colleagues=found, work=work)


def to_unit_form(case: Case, data: Any = None) -> forms.ToUnitForm:
    """Every other unit that handles complaints."""
    units = queries.other_units(case)
    return forms.ToUnitForm(data, units=units, complained_of=case.complained_unit_id)


def _elapsed_days(case: Case, now: Any) -> int | None:
    """Working days from receipt to close or now; None where the file does not say when it was closed."""
    if not case.is_open and case.closed_at is None:
        return None
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    until = case.closed_at or now
    days: int = calendar.working_days(timezone.localdate(case.opened_at), timezone.localdate(until))
    return days
