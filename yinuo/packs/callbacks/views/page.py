"""The page of one call-back: whom, about what, what was tried, what they said."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinuo.engines.cases import timeline
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, folded, traits_of
from yinuo.engines.cases.whole import with_rungs
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.callbacks import actions, forms, queries
from yinuo.packs.callbacks.models import CallBack
from yinuo.packs.callbacks.pack import CALL, KIND
from yinuo.web.case_clocks import case_clocks
from yinuo.web.case_links import place_of
from yinuo.web.case_rungs import case_rungs
from yinuo.web.case_verbs import here
from yinuo.web.customer_parts import customer_parts
from yinuo.web.formats import day
from yinuo.web.kept_words import Places, kept_words
from yinuo.web.parts import Crumb, Gate, Key, NextStep, Pair
from yinuo.web.timeline import as_told

# Where each form stands on the page.
PLACES: Places = {
    "attempt_form": lambda page: page["calls"] and not page["tried_today"],
    "outcome_form": lambda page: page["calls"],
}


@require_safe
@needs(KIND.view)
def case_page(request: StaffRequest, number: str) -> HttpResponse:
    """One call-back."""
    return respond(request, visible_case(request, number))


def visible_case(request: StaffRequest, number: str) -> Case:
    """The call-back of that number, if the reader may see it; else it does not exist."""
    cases = queries.with_subjects(queries.visible(request.reach)).prefetch_related("notes", with_rungs())
    case = cases.filter(number=number).first()
    if case is None:
        raise Http404
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CALL)
def contact(request: StaffRequest, number: str) -> HttpResponse:
    """The page with the customer's phone number in full, once, for whoever calls now; a fact remembers it.

    Whoever comes otherwise (a reload, a change of language) sees the page without it.
    """
    if request.method != "POST":
        return redirect(reverse("callbacks:page", args=[number]) + here(request))
    case = visible_case(request, number)
    request.reach.need(CALL, case.handling_unit_id)
    try:
        phone, email = actions.show_contact(case.pk, by=request.user)
    except CaseRefused as refused:
        return respond(request, case, status=409, refusal=str(refused))
    answer = respond(request, visible_case(request, number), phone=phone, email=email)
    answer["Cache-Control"] = "no-store"
    return answer


def respond(request: HttpRequest, case: Case, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page, with forms as far as they are filled; `refusal` and the bound form carry what went wrong."""
    return render(request, "callbacks/page.html", context(request, case, said), status=status)


def context(request: Any, case: Case, said: dict[str, Any]) -> dict[str, Any]:
    """Everything the template shows, in a fixed number of queries."""
    now = timezone.now()
    call, closed = case.callback, queries.about(case)
    holds = case.is_open and request.reach.may(CALL, case.handling_unit_id)
    barred = holds and queries.may_not_call(case, request.user, timezone.localdate(now))
    calls = holds and not barred
    attempts = list(call.attempts.all())
    tried_today = any(attempt.day == timezone.localdate(now) for attempt in attempts)
    shown: dict[str, Any] = {
        "case": case,
        "number": case.number,
        "call": call,
        "crumbs": [Crumb(_("Call-backs"), reverse("callbacks:list")), Crumb(case.number)],
        "here": here(request),
        "clocks": case_clocks(case, folded(case, traits_of(case), now), now),
        "open_clock": "",
        "rungs": case_rungs(case, request.reach),
        "entries": as_told(timeline.entries(case)),
        "about_facts": _about(request, case, closed),
        "told": [
            note for note in closed.notes.filter(for_customer=True).order_by("written_at") if note.subject
        ],
        "customer_name": case.customer.masked_name if case.customer else _("Unknown person"),
        "customer_facts": _customer(case),
        "customer_parts": customer_parts(case, request.reach),
        "outcome_facts": _outcome(call),
        "attempts": attempts,
        "calls": calls,
        "barred": barred,
        "tried_today": tried_today,
        "enough": len(attempts) >= actions.DAYS_TRIED,
        "gates": _gates(len(attempts)),
        "step": NextStep(_("Save what the customer said"), form="do-conclude", icon="check")
        if calls
        else None,
        "attempt_form": forms.AttemptForm(),
        "outcome_form": forms.OutcomeForm(),
        "keys": [Key("S", _("Next step"))] if calls else [],
        "live_case": "" if "phone" in said else str(case.pk),
        "refusal": "",
        "now": now,
    }
    return shown | said | kept_words(shown, said, PLACES)


def _about(request: Any, case: Case, closed: Case) -> list[Pair]:
    """What it is about; the number leads to the case for whoever may see it."""
    kind, url = place_of(closed, request.reach)
    return [
        Pair(kind, closed.number, url=url),
        Pair(_("Level"), case.callback.get_grade_display()),
        Pair(_("Closed"), day(case.opened_at)),
        Pair(_("Handled by"), closed.handling_unit.name),
        Pair(_("Complained of"), case.complained_unit.name if case.complained_unit else None),
    ]


def _customer(case: Case) -> list[Pair]:
    """Masked by the server; in full only to whoever calls, on request."""
    customer = case.customer
    if customer is None:
        return [Pair(_("Name"), _("Unknown person"))]
    return [
        Pair(_("Name"), customer.masked_name),
        Pair(_("Phone"), customer.masked_phone or None),
        Pair(_("E-mail"), customer.masked_email or None),
        Pair(_("Language"), dict(settings.LANGUAGES).get(case.language, case.language)),
    ]


def _outcome(call: CallBack) -> list[Pair]:
    """What the customer said, once the call-back has ended."""
    if not call.outcome:
        return []
    yes_no = {True: _("Yes"), False: _("No"), None: None}
    return [
        Pair(_("Outcome"), call.get_outcome_display()),
        Pair(_("In good time"), yes_no[call.timely]),
        Pair(_("By another unit"), yes_no[call.third_party]),
    ]


def _gates(tried: int) -> list[Gate]:
    """The days on which somebody must have tried before "not reached"."""
    days = range(1, actions.DAYS_TRIED + 1)
    return [
        Gate(_("Attempt %(number)s, a day of its own") % {"number": number}, number <= tried)
        for number in days
    ]
