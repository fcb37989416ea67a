"""What people do with a complaint, one line a verb; the table is the whole of it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yinuo.engines.cases.intentions import take_back
from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints import actions, forms, queries
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.views import people, together
from yinuo.packs.complaints.views.page import (
    hand_over_form,
    overdue_form,
    respond,
    to_unit_form,
    visible_case,
)
from yinuo.web.case_verbs import CasePage, CaseVerb, Typed, one

HANDLE = "complaints.handle"
DRAFT_FORMS = ("grade", "investigate", "answer", "note")
DRAFT_LIMIT = 20_000  # characters of one draft, far above what the forms accept


def _grading(request: StaffRequest, case: Case) -> Typed:
    """Level and matters, one form each."""
    level = forms.LevelForm(request.POST)
    matters = forms.matter_forms(case.complaint, request.POST)
    shown = {"level_form": level, "matter_forms": matters}
    if not all([level.is_valid(), *(form.is_valid() for form in matters)]):
        return Typed(shown, None)
    graded = [form.graded() for form in matters if form.cleaned_data.get("title")]
    return Typed(shown, {"level": level.cleaned_data["level"], "matters": graded})


def _conclusion(request: StaffRequest, case: Case, position: int) -> Typed:
    """What was found about the matter that the address names."""
    form = forms.ConclusionForm(request.POST)
    shown = {"conclusion_form": form, "concluding": position}
    if form.is_valid() and not case.complaint.matters.filter(position=position).exists():
        form.add_error(None, _("This complaint has no such matter any more."))
    if not form.is_valid():
        return Typed(shown, None)
    return Typed(shown, {"position": position, **form.cleaned_data})


def _investigation(request: StaffRequest, case: Case) -> Typed:
    """Facts are established, or with the button `ask` the customer is asked."""
    form = forms.InvestigationForm(request.POST)
    asks = "ask" in request.POST
    if form.is_valid() and asks and not form.cleaned_data["question"].strip():
        form.add_error("question", _("Write what you need to know from the customer."))
    shown = {"investigation_form": form}
    if not form.is_valid():
        return Typed(shown, None)
    question = form.cleaned_data["question"].strip() if asks else ""
    return Typed(shown, {"question": question}, done=_("The customer is asked") if asks else "")


def _colleague(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """To whom; only who can handle it is offered."""
    return one("hand_over_form", lambda data: hand_over_form(case, data))(request, case)


def _to_unit(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """To which unit, and why; only units that handle complaints are offered."""
    return one("to_unit_form", lambda data: to_unit_form(case, data))(request, case)


def _redress(request: StaffRequest, case: Case) -> Typed:
    """Kind, amount and reason."""
    form = forms.RedressForm(request.POST)
    return Typed({"redress_form": form}, form.proposed() if form.is_valid() else None)


def _complained_of(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Which colleagues: chosen from the units concerned, or by staff number."""
    form = forms.ComplainedOfForm(request.POST, concerned=queries.concerned(case))
    shown = {"complained_of_form": form}
    if not form.is_valid():
        return Typed(shown, None)
    return Typed(shown, {"people": form.people(), "said": form.cleaned_data["said"]})


def _reopening(request: StaffRequest, case: Case) -> Typed:
    """A reason that fits how it ended, and words."""
    ending = case.complaint.ending
    return one("reopening_form", lambda data: forms.ReopeningForm(data, ending=ending))(request, case)


def _overdue(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Why it takes so long; what the list does not hold is refused by the verb where nothing is owed."""
    return one("overdue_form", lambda data: overdue_form(case, data))(request, case)


def _own_or_assigned(verb: CaseVerb, request: StaffRequest, case: Case) -> None:
    """One's own case, or any with the grant to assign."""
    if case.handler_id != request.user.pk:
        request.reach.need("complaints.assign", case.handling_unit_id)


VERBS = (
    CaseVerb("accept", HANDLE, actions.accept, _("Accepted")),
    CaseVerb("claim", HANDLE, actions.claim, _("It is yours now")),
    CaseVerb("grade", HANDLE, actions.grade, _("Graded and coded"), _grading),
    CaseVerb(
        "conclude", HANDLE, actions.conclude, _("Conclusion written down"), _conclusion,
        address="matters/<int:position>",
    ),
    CaseVerb("investigated", HANDLE, actions.finish_investigation, _("Facts established"), _investigation),
    CaseVerb("go-on", HANDLE, actions.go_on, _("The work goes on")),
    CaseVerb("answer", HANDLE, actions.answer, _("Answer sent"), one("answer_form", forms.AnswerForm)),
    CaseVerb(
        "take-back", "complaints.view", take_back, _("Taken back; nothing has happened"),
        allow=lambda verb, request, case: None,  # whoever began it, whatever verb it was
    ),
    CaseVerb("finish", HANDLE, actions.finish, _("Closed and filed")),
    CaseVerb(
        "note", "complaints.note", actions.write_note, _("Note written"), one("note_form", forms.NoteForm)
    ),
    CaseVerb(
        "extend", HANDLE, actions.ask_extension, _("Asked for more time"),
        one("extension_form", forms.ExtensionForm),
    ),
    CaseVerb(
        "decide-extension", "complaints.extend", actions.decide_extension, _("Decided"),
        one("decision_form", forms.DecisionForm),
    ),
    CaseVerb(
        "redress", HANDLE, actions.propose_redress, _("Redress written down"),
        _redress,
    ),
    CaseVerb(
        "decide-redress", "complaints.redress", actions.decide_redress, _("Decided"),
        one("redress_decision_form", forms.redress_decision),
    ),
    CaseVerb(
        "withdraw", HANDLE, actions.withdraw, _("Withdrawn; the customer is told"),
        one("withdrawal_form", forms.WithdrawalForm),
    ),
    CaseVerb(
        "refuse", HANDLE, actions.refuse, _("Not accepted; the customer is told why"),
        one("refusal_form", forms.RefusalForm),
    ),
    CaseVerb(
        "reopen", "complaints.reopen", actions.reopen, _("Open again; the customer is told"), _reopening,
    ),
    CaseVerb(
        "complained-of", "complaints.recuse", actions.name_complained_of, _("Written down who is complained of"),
        _complained_of, parts=True,
    ),
    CaseVerb(
        "conflict", "complaints.note", actions.declare_conflict,
        _("You stand aside from it; colleagues go on"), one("conflict_form", forms.ConflictForm), parts=True,
    ),
    CaseVerb("explain-overdue", HANDLE, actions.explain_overdue, _("Reason written down"), _overdue),
    CaseVerb("merge", HANDLE, actions.merge, _("Merged; the customer is told"), together.read_merge),
    CaseVerb(
        "separate", HANDLE, actions.separate, _("Separate again; the customer is told"),
        allow=together.within_both,
    ),
    CaseVerb("split", HANDLE, actions.split, _("Split; the customer is told"), together.read_split),
    CaseVerb("link", HANDLE, actions.link, _("Linked"), together.read_link),
    CaseVerb("unlink", HANDLE, actions.unlink, _("Not linked any more"), together.read_other),
    CaseVerb("tell-apart", HANDLE, actions.tell_apart, _("Not the same: it is not proposed again"), together.read_other),
    CaseVerb(
        "hand-over", "complaints.view", actions.hand_over, _("Handed over"), _colleague, _own_or_assigned
    ),
    CaseVerb(
        "hand-to-unit", "complaints.view", actions.hand_to_unit, _("Handed over to the other unit"), _to_unit,
        _own_or_assigned, parts=True,
    ),
    *people.VERBS,
)  # fmt: skip
PAGE = CasePage("complaints:page", visible_case, respond, "complaints:list")


@require_POST
@needs("complaints.note")
def draft(request: StaffRequest, number: str) -> HttpResponse:
    """Keep what is being typed, per person and form."""
    case = visible_case(request, number)
    form = request.POST.get("form", "")
    values = {
        key: value
        for key, value in request.POST.items()
        if key not in ("csrfmiddlewaretoken", "form", "version")
    }
    if form not in DRAFT_FORMS or sum(map(len, values.values())) > DRAFT_LIMIT:
        return HttpResponseBadRequest()
    now = timezone.now()
    Draft.objects.update_or_create(
        case=case,
        author=request.user,
        form=form,
        defaults={"values": json.dumps(values, ensure_ascii=False), "saved_at": now},
    )
    return JsonResponse({"saved_at": timezone.localtime(now).strftime("%H:%M")})
