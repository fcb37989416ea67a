"""What must be kept of a customer and what goes: legal holds, and wishes to be erased, decided by a second person."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.customers import requests
from yinuo.ground.customers.erasure import ErasureRefused, Kept, why_not
from yinuo.ground.customers.holds import lift_hold, place_hold, standing
from yinuo.ground.customers.models import Customer, ErasureRequest
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import label
from yinuo.packs.persons import queries
from yinuo.packs.persons.forms import DecisionForm, HoldForm
from yinuo.packs.persons.pack import DATA, HOLDS, REFUSALS
from yinuo.web.formats import day, moment
from yinuo.web.parts import Crumb, Pair

KEPT: dict[str, str | Lazy] = {
    "legal_hold": _("a legal hold"),
    "open_case": _("an open case"),
    "retention": _("the time for which the law has it kept"),
    "erased_already": _("erased already"),
}
STATES: dict[str, str | Lazy] = {
    "asked": _("Waits for a second person"),
    "erased": _("Erased"),
    "refused": _("Refused"),
}
REFUSED: dict[str, str | Lazy] = {
    requests.UNDER_WAY: _("A request to erase this customer waits already."),
    requests.DECIDED: _("It was decided already."),
    requests.SAME_PERSON: _("Somebody else than who wrote the request down decides it."),
    requests.NO_REASON: _("Name the reason of the law; the customer is told."),
    requests.ERASED: _("The customer was erased: there is nothing to show."),
}


@require_safe
@needs(DATA)
def page(request: StaffRequest, number: str) -> HttpResponse:
    """What keeps a customer's data now, the holds, the requests."""
    return _page(request, *_found(request, number))


@require_POST
@needs(DATA)
def hold(request: StaffRequest, number: str) -> HttpResponse:
    """Keep everything, for a reason, until a day or until it is lifted."""
    case, customer = _found(request, number)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _page(request, case, customer, hold_form=form, status=422)
    place_hold(customer.pk, by=request.user.pk, **form.cleaned_data)
    messages.success(request, gettext("Everything about the customer is kept."))
    return redirect("persons:keeping", case.number)


@require_POST
@needs(DATA)
def lift(request: StaffRequest, number: str, hold_id: UUID) -> HttpResponse:
    """End a hold; by somebody else than who placed it."""
    case, customer = _found(request, number)
    found = get_object_or_404(customer.holds, pk=hold_id)
    if found.placed_by == request.user.pk:
        refusal = gettext("Somebody else than who placed the hold lifts it.")
        return _page(request, case, customer, refusal=refusal, status=409)
    lift_hold(found.pk, by=request.user.pk)
    messages.success(request, gettext("The hold is lifted."))
    return redirect("persons:keeping", case.number)


@require_POST
@needs(DATA)
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Write down that the customer wants to be erased."""
    case, customer = _found(request, number)
    try:
        requests.ask(customer.pk, case=case.pk, by=request.user.pk)
    except requests.RequestRefused as refused:
        return _page(request, case, customer, refusal=str(REFUSED[refused.why]), status=409)
    messages.success(request, gettext("Written down; a second person decides."))
    return redirect("persons:keeping", case.number)


@require_POST
@needs(DATA)
def decide(request: StaffRequest, number: str, request_id: UUID) -> HttpResponse:
    """Erase for good, or refuse for a reason of the law."""
    case, customer = _found(request, number)
    asked = get_object_or_404(customer.erasure_requests, pk=request_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, case, customer, form=form, status=422)
    try:
        requests.decide(asked.pk, by=request.user.pk, **form.cleaned_data)
    except requests.RequestRefused as refused:
        return _page(request, case, customer, refusal=str(REFUSED[refused.why]), status=409)
    except ErasureRefused as refused:
        said = gettext("Not erased, for it must be kept: %(why)s.") % {"why": _kept(refused.reasons)}
        return _page(request, case, customer, refusal=said, status=409)
    messages.success(request, gettext("Decided"))
    return redirect("persons:keeping", case.number)


def _found(request: StaffRequest, number: str) -> tuple[Case, Customer]:
    found = queries.customer_of(number, request.reach)
    if found is None:
        raise Http404
    queries.need_all(request.reach)
    return found


def _page(
    request: StaffRequest, case: Case, customer: Customer, *, status: int = 200, **said: Any
) -> HttpResponse:
    now = timezone.now()
    asked: QuerySet[ErasureRequest] = customer.erasure_requests.order_by("-asked_at")
    people = User.objects.in_bulk({each.asked_by for each in asked})
    kept = why_not(customer.pk, now)
    waiting = next((each for each in asked if each.state == requests.State.ASKED), None)
    shown = {
        "heading": gettext("Kept and erased: customer of %(number)s") % {"number": case.number},
        "crumbs": [Crumb(case.number, f"/persons/of/{case.number}"), Crumb(gettext("Kept and erased"))],
        "number": case.number,
        "facts": [
            Pair(gettext("Customer"), customer.masked_name),
            Pair(gettext("Must be kept because of"), _kept(kept) or gettext("nothing")),
        ],
        "holds": [
            (each, label(HOLDS, each.reason), moment(each.placed_at), _lasting(each.until))
            for each in standing(customer.pk, timezone.localdate(now)).order_by("placed_at")
        ],
        "requests": [_line(each, people) for each in asked],
        "waiting": waiting,
        "decides": waiting is not None and waiting.asked_by != request.user.pk,
        "erased": customer.key.destroyed_at is not None,
        "form": DecisionForm(),
        "hold_form": HoldForm(),
        **said,
    }  # fmt: skip
    return render(request, "persons/keeping.html", shown, status=status)


def _line(asked: ErasureRequest, people: dict[UUID, User]) -> Pair:
    who = people[asked.asked_by].name if asked.asked_by in people else ""
    why = label(REFUSALS, asked.reason) if asked.reason else ""
    decided = moment(asked.decided_at) if asked.decided_at else ""
    return Pair(
        f"{moment(asked.asked_at)} {who}", str(STATES[asked.state]), " ".join(filter(None, (decided, why)))
    )


def _kept(reasons: list[Kept]) -> str:
    return "; ".join(f"{KEPT.get(each.reason, each.reason)}{_until(each.until)}" for each in reasons)


def _lasting(until: date | None) -> str:
    return day(until) if until else gettext("until it is lifted")


def _until(until: date | None) -> str:
    return f" ({day(until)})" if until else ""
