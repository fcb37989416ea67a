"""The page of one review: what the customer does not agree with, what was decided, and the decision on that."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases import timeline
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.recusal import aside, kept_out
from yinuo.engines.cases.whole import with_rungs
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.reviews import forms, queries
from yinuo.packs.reviews.pack import DECIDE, KIND
from yinuo.web.case_clocks import case_clocks
from yinuo.web.case_links import place_of
from yinuo.web.case_rungs import case_rungs
from yinuo.web.case_verbs import here
from yinuo.web.customer_parts import customer_parts
from yinuo.web.formats import moment
from yinuo.web.kept_words import Places, kept_words
from yinuo.web.parts import Crumb, Key, NextStep, Pair
from yinuo.web.timeline import as_told

# Where each form stands on the page.
PLACES: Places = {"decision_form": lambda page: page["decides"]}


@require_safe
@needs(KIND.view)
def case_page(request: StaffRequest, number: str) -> HttpResponse:
    """One review."""
    return respond(request, visible_case(request, number))


def visible_case(request: StaffRequest, number: str) -> Case:
    """The review of that number, if the reader may see it; else it does not exist."""
    cases = queries.with_subjects(queries.visible(request.reach)).prefetch_related("notes", with_rungs())
    case = cases.filter(number=number).first()
    if case is None:
        raise Http404
    return case


def respond(request: HttpRequest, case: Case, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page, with forms as far as they are filled; `refusal` and the bound form carry what went wrong."""
    return render(request, "reviews/page.html", context(request, case, said), status=status)


def context(request: Any, case: Case, said: dict[str, Any]) -> dict[str, Any]:
    """Everything the template shows, in a fixed number of queries."""
    now, examined = timezone.now(), queries.about(case)
    holds = case.is_open and request.reach.may(DECIDE, case.handling_unit_id)
    barred = holds and request.user.pk in kept_out(case) | aside(case)
    decides = holds and not barred
    step = NextStep(_("Decide, and tell the customer"), form="do-decide", icon="send")
    shown: dict[str, Any] = {
        "case": case,
        "number": case.number,
        "review": case.review,
        "examined": examined,
        "crumbs": [Crumb(_("Reviews"), reverse("reviews:list")), Crumb(case.number)],
        "here": here(request),
        "clocks": case_clocks(case, folded(case, traits_of(case), now), now),
        "open_clock": "",
        "rungs": case_rungs(case, request.reach),
        "entries": as_told(timeline.entries(case)),
        "about_facts": _about(request, case, examined),
        "told": _told(case, examined),
        "customer_name": case.customer.masked_name if case.customer else _("Unknown person"),
        "customer_facts": _customer(case),
        "customer_parts": customer_parts(case, request.reach),
        "decides": decides,
        "takes": decides and case.handler_id is None,
        "barred": barred,
        "step": step if decides else None,
        "decision_form": forms.DecisionForm(),
        "keys": [Key("S", _("Next step"))] if decides else [],
        "live_case": str(case.pk),
        "refusal": "",
        "now": now,
    }
    return shown | said | kept_words(shown, said, PLACES)


def _told(case: Case, examined: Case) -> list[Any]:
    """What the customer was told by the decision under review."""
    told = examined.notes.filter(for_customer=True, subject="answer", written_at=case.review.decided_at)
    return list(told.order_by("pk"))


def _about(request: Any, case: Case, examined: Case) -> list[Pair]:
    """What it is about; the number leads to the case for whoever may see it."""
    name, url = place_of(examined, request.reach)
    return [
        Pair(name, examined.number, url=url),
        Pair(_("Handled by"), examined.handling_unit.name),
        Pair(_("Answer given"), moment(case.review.decided_at)),
        Pair(_("Complained of"), case.complained_unit.name if case.complained_unit else None),
        Pair(
            _("Asked for"), _("on the tracking page") if case.review.by_customer else _("written down by us")
        ),
    ]


def _customer(case: Case) -> list[Pair]:
    """Masked by the server."""
    customer = case.customer
    if customer is None:
        return [Pair(_("Name"), _("Unknown person"))]
    return [
        Pair(_("Name"), customer.masked_name),
        Pair(_("Phone"), customer.masked_phone or None),
        Pair(_("E-mail"), customer.masked_email or None),
        Pair(_("Language"), dict(settings.LANGUAGES).get(case.language, case.language)),
    ]
