"""Who a customer is: masked, and for one minute in full; who looked, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.customers import reveals as showing
from yinuo.ground.customers.models import Customer, Reveal
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import choices, label
from yinuo.packs.persons import queries
from yinuo.packs.persons.forms import RevealForm
from yinuo.packs.persons.pack import REASONS, REVEAL, REVEALS
from yinuo.web.formats import local, moment
from yinuo.web.lists import Filter, Sort, counted_each, keyset_page, read_listing
from yinuo.web.parts import Crumb, Key, Pair

NAMES: dict[str, str | Lazy] = {
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "id_number": _("Identity number"),
    "card": _("Card number"),
}
REFUSALS: dict[str, str | Lazy] = {
    showing.OVER: _("The minute is over. State a reason again to see it once more."),
    showing.TOO_OFTEN: _("You have seen too many customers in full within the hour. Try again later."),
    showing.NO_REASON: _("State a reason first."),
    showing.ERASED: _("The customer was erased: there is nothing to show."),
}
SORTS = (Sort("newest", _("Newest first"), ("-at", "-id")), Sort("oldest", _("Oldest first"), ("at", "id")))
FILTERS = (
    Filter("q", _("Case number, staff number"), "text", where=queries.sought),
    Filter("reason", _("Reason"), choices=lambda: choices(REASONS), where="reason", multiple=True),
    Filter("at", _("Seen"), "days", where="at"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(REVEAL)
@sensitive_post_parameters("said")
def person(request: StaffRequest, number: str) -> HttpResponse:
    """The customer of a case, masked; posted with a reason: once in full. Whoever comes otherwise sees the masks."""
    found = queries.customer_of(number, request.reach)
    if found is None:
        raise Http404
    case, customer = found
    request.reach.need(REVEAL, case.handling_unit_id)
    if request.method != "POST":
        return _masked(request, found, RevealForm())
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _masked(request, found, form, status=422)
    try:
        shown = showing.reveal(
            customer.pk, case=case.pk, unit=case.handling_unit_id, by=request.user.pk, **form.cleaned_data
        )  # fmt: skip
    except showing.RevealRefused as refused:
        return _masked(request, found, RevealForm(), status=409, refusal=str(REFUSALS[refused.why]))
    return _in_full(request, case, shown)


def _masked(
    request: StaffRequest, found: tuple[Case, Customer], form: RevealForm, status: int = 200, **said: Any
) -> HttpResponse:
    case, customer = found
    masked = [
        Pair(gettext("Name"), customer.masked_name),
        Pair(gettext("Phone"), customer.masked_phone or None),
        Pair(gettext("E-mail"), customer.masked_email or None),
    ]
    erased = customer.key.destroyed_at is not None
    page = {"masked": masked, "form": None if erased else form, "number": case.number, **said}
    page["answers"] = queries.answers_for_all(request.reach) and not erased
    return render(request, "persons/person.html", _around(case) | page, status=status)


def _in_full(request: StaffRequest, case: Case, shown: showing.Revealed) -> HttpResponse:
    """The values this once: kept by no browser, masked again by itself when the minute is over."""
    page = {
        "revealed": True,
        "values": [Pair(str(NAMES.get(kind, kind)), value) for kind, value in shown.values.items()],
        "watermark": watermark(request.user, shown),
        "until": f"{local(shown.until):%H:%M:%S}",
    }
    answer = render(request, "persons/person.html", _around(case) | page)
    answer["Cache-Control"] = "no-store"
    left = max(1, round((shown.until - timezone.now()).total_seconds()))
    answer["Refresh"] = f"{left};url={reverse('persons:person', args=[case.number])}"
    return answer


def watermark(user: User, shown: showing.Revealed) -> str:
    """What lies over the values: who looks, and when."""
    return f"{user.name} {user.staff_number} {moment(shown.since)}"


def _around(case: Case) -> dict[str, Any]:
    kind = case_kind(case.kind)
    return {
        "heading": gettext("Customer of %(number)s") % {"number": case.number},
        "crumbs": [Crumb(case.number, kind.url(case.number)), Crumb(gettext("Customer"))],
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One look in the list."""

    reveal: Reveal
    at: str
    by: str
    staff_number: str
    number: str
    kind: str
    customer: str
    reason: str


@require_safe
@needs(REVEALS)
def reveals(request: StaffRequest) -> HttpResponse:
    """Who saw which customer in full, when and why; the newest first."""
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS)
    found = asked.narrow(queries.reveals_read(request.reach))
    counts = counted_each({"": found})
    page = keyset_page(found, asked.order, request.GET, count=counts[""])
    names = queries.names_of(page.rows)
    shown = {
        "listing": asked,
        "page": page,
        "lines": [_line(each, names) for each in page.rows],
        "heading": gettext("Seen in full"),
        "as_of": gettext("as of %(at)s") % {"at": moment(timezone.now())},
        "keys": [Key("/", gettext("search"))],
    }
    return render(request, "persons/reveals.html", shown)


def _line(reveal: Reveal, names: queries.Names) -> Line:
    case, who = names.cases.get(reveal.case), names.people.get(reveal.by)
    return Line(
        reveal,
        moment(reveal.at),
        who.name if who else str(reveal.by),
        who.staff_number if who else "",
        case.number if case else "",
        str(case_kind(case.kind).name) if case else "",
        reveal.customer.masked_name,
        label(REASONS, reveal.reason),
    )
