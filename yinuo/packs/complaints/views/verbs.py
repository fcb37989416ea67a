"""What people do with a complaint: each view reads a form and calls one action."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints import actions, forms
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.views.page import colleagues, respond, visible_case

DRAFT_FORMS = ("grade", "investigate", "answer", "note")
DRAFT_LIMIT = 20_000  # characters of one draft, far above what the forms accept


def _case(request: StaffRequest, number: str, verb: str) -> Case:
    """The visible case, refused with the grant's name where the verb does not reach its unit."""
    case = visible_case(request, number)
    request.reach.need(verb, case.handling_unit_id)
    return case


def posted(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A verb is posted; whoever comes to its address otherwise (a reload, a change of language) sees the case."""

    @wraps(view)
    def answered(request: HttpRequest, number: str, **more: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return redirect("complaints:page", number)
        return view(request, number, **more) if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    return answered


def _version(request: StaffRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdigit() else None


def _attempt(
    request: StaffRequest, case: Case, action: Callable[[], Any], done: str, **said: Any
) -> HttpResponse:
    """Do it and show the page again; a refusal keeps what was typed and says why."""
    try:
        action()
    except CaseRefused as error:
        fresh = visible_case(request, case.number)
        return respond(request, fresh, status=409, refusal=str(error), **said)
    messages.success(request, done)
    return redirect("complaints:page", case.number)


@posted
@needs("complaints.handle")
def accept(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm receipt and take responsibility."""
    case = _case(request, number, "complaints.handle")
    return _attempt(
        request,
        case,
        lambda: actions.accept(case.pk, by=request.user, version=_version(request)),
        _("Accepted"),
    )


@posted
@needs("complaints.handle")
def grade(request: StaffRequest, number: str) -> HttpResponse:
    """Level and matters."""
    case = _case(request, number, "complaints.handle")
    level = forms.LevelForm(request.POST)
    matters = forms.matter_forms(case.complaint, request.POST)
    said = {"level_form": level, "matter_forms": matters}
    if not all([level.is_valid(), *(form.is_valid() for form in matters)]):
        return respond(request, case, status=422, **said)
    graded = [form.graded() for form in matters if form.cleaned_data.get("title")]
    return _attempt(
        request,
        case,
        lambda: actions.grade(
            case.pk,
            level=level.cleaned_data["level"],
            matters=graded,
            by=request.user,
            version=_version(request),
        ),
        _("Graded and coded"),
        **said,
    )


@posted
@needs("complaints.handle")
def conclude(request: StaffRequest, number: str, position: int) -> HttpResponse:
    """What was found about one matter."""
    case = _case(request, number, "complaints.handle")
    form = forms.ConclusionForm(request.POST)
    said = {"conclusion_form": form, "concluding": position}
    if not form.is_valid() or not case.complaint.matters.filter(position=position).exists():
        return respond(request, case, status=422, **said)
    return _attempt(
        request,
        case,
        lambda: actions.conclude(
            case.pk, position=position, by=request.user, version=_version(request), **form.cleaned_data
        ),
        _("Conclusion written down"),
        **said,
    )


@posted
@needs("complaints.handle")
def investigated(request: StaffRequest, number: str) -> HttpResponse:
    """Facts are established, or the customer is asked."""
    case = _case(request, number, "complaints.handle")
    form = forms.InvestigationForm(request.POST)
    asks = "ask" in request.POST
    if form.is_valid() and asks and not form.cleaned_data["question"].strip():
        form.add_error("question", _("Write what you need to know from the customer."))
    if not form.is_valid():
        return respond(request, case, status=422, investigation_form=form)
    question = form.cleaned_data["question"].strip() if asks else ""
    return _attempt(
        request,
        case,
        lambda: actions.finish_investigation(
            case.pk, by=request.user, question=question, version=_version(request)
        ),
        _("The customer is asked") if asks else _("Facts established"),
        investigation_form=form,
    )


@posted
@needs("complaints.handle")
def go_on(request: StaffRequest, number: str) -> HttpResponse:
    """Do not wait for the customer any longer."""
    case = _case(request, number, "complaints.handle")
    return _attempt(
        request,
        case,
        lambda: actions.go_on(case.pk, by=request.user, version=_version(request)),
        _("The work goes on"),
    )


@posted
@needs("complaints.handle")
def answer(request: StaffRequest, number: str) -> HttpResponse:
    """Send the answer."""
    case = _case(request, number, "complaints.handle")
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return respond(request, case, status=422, answer_form=form)
    return _attempt(
        request,
        case,
        lambda: actions.answer(
            case.pk, words=form.cleaned_data["words"], by=request.user, version=_version(request)
        ),
        _("Answer sent"),
        answer_form=form,
    )


@posted
@needs("complaints.handle")
def finish(request: StaffRequest, number: str) -> HttpResponse:
    """Close and file."""
    case = _case(request, number, "complaints.handle")
    return _attempt(
        request,
        case,
        lambda: actions.finish(case.pk, by=request.user, version=_version(request)),
        _("Closed and filed"),
    )


@posted
@needs("complaints.note")
def note(request: StaffRequest, number: str) -> HttpResponse:
    """A note for colleagues."""
    case = _case(request, number, "complaints.note")
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        return respond(request, case, status=422, note_form=form)
    return _attempt(
        request,
        case,
        lambda: actions.write_note(case.pk, text=form.cleaned_data["text"], by=request.user),
        _("Note written"),
        note_form=form,
    )


@posted
@needs("complaints.view")
def hand_over(request: StaffRequest, number: str) -> HttpResponse:
    """Give it to a colleague: one's own case, or any with the grant to assign."""
    case = visible_case(request, number)
    if case.handler_id != request.user.pk:
        request.reach.need("complaints.assign", case.handling_unit_id)
    form = forms.HandOverForm(request.POST, colleagues=colleagues(case))
    if not form.is_valid():
        return respond(request, case, status=422, hand_over_form=form)
    return _attempt(
        request,
        case,
        lambda: actions.hand_over(
            case.pk, to=form.cleaned_data["to"], by=request.user, version=_version(request)
        ),
        _("Handed over"),
        hand_over_form=form,
    )


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
        case=case, author=request.user, form=form, defaults={"values": values, "saved_at": now}
    )
    return JsonResponse({"saved_at": timezone.localtime(now).strftime("%H:%M")})
