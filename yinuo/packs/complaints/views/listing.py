"""The handler's list: views, filters, order by time left, export, the next one to work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.at_hand import read_by_chunks
from yinuo.engines.cases.following import followed_by, news_of
from yinuo.engines.cases.models import Approval, Case, Clock, Lane
from yinuo.engines.cases.recusal import open_to
from yinuo.facts.gate import record
from yinuo.facts.questions import Constant, Kept
from yinuo.ground.access.among import Most
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.terms.lists import choices, label
from yinuo.packs.complaints import actions, queries
from yinuo.packs.complaints.models import CalledBack, Ending
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.complaints.repeats import SPANS, repeating
from yinuo.packs.complaints.views import rows
from yinuo.packs.complaints.views.bulk import OFFERS
from yinuo.web.bulk import BulkPages
from yinuo.web.case_list import EVERYTHING, everything_first, mine, open_views
from yinuo.web.exports import Column, csv_response, xlsx_response
from yinuo.web.figures import figure_asked
from yinuo.web.formats import moment, money
from yinuo.web.lists import (
    FILTERED,
    Filter,
    Page,
    Sort,
    View,
    beside,
    counted_meanwhile,
    keyset_page,
    read_asked,
    read_listing,
    url_with,
    view_tabs,
)
from yinuo.web.navigation import asked_on_every_page
from yinuo.web.parts import Neighbours

MOST_EXPORTED = 50_000
FOLLOWED = "followed"
DECIDED_BY = {actions.WHAT: "complaints.extend", actions.REDRESS: "complaints.redress"}

SORTS = (
    Sort("due", _("Time left"), ("lane", "next_due", "id")),
    Sort("newest", _("Newest first"), ("-opened_at", "-id")),
    Sort("oldest", _("Oldest first"), ("opened_at", "id")),
)

REPEATS = tuple(
    zip(map(str, SPANS), (_("Repeated within 30 days"), _("Repeated within 90 days")), strict=True)
)
FILTERS = (
    Filter("q", _("Number"), "text", where="number"),
    Filter("business", _("Business"), choices=lambda: choices("complaint_business"), where="complaint__business", multiple=True),
    Filter("cause", _("Cause"), choices=lambda: choices("complaint_cause"), where="complaint__cause", multiple=True),
    Filter("source", _("Channel"), choices=lambda: choices("complaint_source"), where="complaint__source", multiple=True),
    Filter("level", _("Level"), choices=lambda: choices("complaint_level"), where="complaint__level", multiple=True),
    Filter("lane", _("Time limit"), choices=[(str(int(v)), name) for v, name in Lane.choices], where="lane", multiple=True),
    Filter("called_back", _("Call-back"), choices=CalledBack.choices, where="complaint__called_back", multiple=True),
    Filter("ending", _("Ended how"), choices=Ending.choices, where="complaint__ending", multiple=True),
    Filter("repeat", _("Repeat"), choices=REPEATS, where=lambda said: repeating(int(said[0]))),
    Filter("received", _("Received"), "days", where="opened_at"),
)  # fmt: skip


def _clocked(status: str) -> Q:
    """Cases with a clock in a state, whatever their other clocks do."""
    return Q(pk__in=Clock.objects.filter(status=Constant(status)).values("case_id"))


def views_of(request: StaffRequest) -> list[View]:
    """The saved views of this reader; handlers start with their own cases, everybody else with all open ones."""
    return _VIEWS.once(request.reach.key, lambda: _views_of(request))


_VIEWS = Kept(256)


def _views_of(request: StaffRequest) -> list[View]:
    everything_open, overdue, today = open_views()
    is_open = Q(is_open=True)
    views = [
        everything_open,
        View("unclaimed", _("Nobody's yet"), is_open & Q(handler=None)),
        overdue,
        today,
        View("unclear", _("Cannot tell"), is_open & _clocked("cannot_tell")),
        View("paused", _("Paused"), is_open & _clocked("paused")),
        View(FOLLOWED, _("Followed by me"), followed_by(request.user)),
        View("closed", _("Closed"), Q(is_open=False)),
        EVERYTHING,
    ]
    own: list[View] = []  # first what one works on oneself: deciding is a lead's second task, not the first
    if request.reach.holds("complaints.handle"):
        own.append(mine(request))
    decides = [what for what, verb in DECIDED_BY.items() if request.reach.holds(verb)]
    if decides:
        waiting = Approval.objects.filter(decided_at=None, what__in=decides)
        waits = Q(pk__in=waiting.exclude(asked_by_id=request.user.pk).values("case_id"))
        own.append(View("decide", _("To decide"), is_open & waits, tone="warn"))
    return [*own, *views]


def cases_asked(request: StaffRequest) -> tuple[Callable[[], QuerySet[Case]], Sequence[View], str]:
    """What gives the cases before views and filters narrow them, the views to choose from, and the figure they stand
    behind, if the address names one."""
    views = views_of(request)
    figure = figure_asked(request, "/complaints")
    if figure is None:
        return lambda: queries.visible(request.reach), views, ""
    behind, name = figure
    return lambda: open_to(behind, request.reach), everything_first(views), name


def cases_listed(request: StaffRequest) -> QuerySet[Case]:
    """All the cases that the list shows under this address, on whichever page of it, in its order."""
    cases, views, _figure_name = cases_asked(request)
    asked = read_asked(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    return asked.narrow(cases()).order_by(*asked.order)


BULK = BulkPages(
    kind=KIND.key,
    names="complaints",
    heading=_("Complaints"),
    asked=cases_listed,
    title=lambda case: case.complaint.subject,
    related=("complaint", "customer__key"),
    offers=OFFERS,
)


def neighbours(request: StaffRequest, case: Case) -> Neighbours | None:
    """Previous and next in the list that the case was opened from, as far as the reader may see them."""
    if "view" not in request.GET:
        return None
    cases, views, _figure_name = cases_asked(request)
    asked = read_asked(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    numbers = asked.narrow(cases()).values_list("number", flat=True)
    here = url_with(request.GET)
    urls = [KIND.url(number) + here if number else "" for number in beside(numbers, asked.order, case)]
    return Neighbours(*urls)


@require_safe
@needs("complaints.view")
def listing(request: StaffRequest) -> HttpResponse:
    """Sorted by time left: overdue, cannot tell, the nearest running clock."""
    cases, views, figure = cases_asked(request)
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    same = None if figure else (request.reach.key, asked.key)
    here = url_with(request.GET, view=asked.view.key if asked.view else "")
    now = timezone.now()
    whole = FILTERED if figure or asked.values or asked.view is None else asked.view.key

    def to_count() -> dict[str, QuerySet[Case]]:
        visible = queries.visible(request.reach)
        each = {view.key: visible.filter(view.condition) for view in views}
        return each | ({FILTERED: asked.narrow(cases())} if whole == FILTERED else {})

    page = keyset_page(lambda: asked.narrow(cases()), asked.order, request.GET, keys_only=True, same=same)
    exact_url = reverse("complaints:count") + url_with(request.GET)
    followed = asked.view is not None and asked.view.key == FOLLOWED
    first = [*queries.shown_asked(page.rows), *asked_on_every_page(request)]
    one_plan = isinstance(request.reach.units("complaints.view"), Most)
    with counted_meanwhile(to_count, same, first=first, one_plan=one_plan) as counts:
        shown = queries.shown(page.rows)
        news = news_of([each.case for each in shown], request.user) if followed else ()
        lines = rows.lines(shown, now, here, news)
        markup = render_to_string(
            "complaints/_rows.html", {"lines": lines, "select": gettext("Select %(number)s")}
        )
        # Counting takes PostgreSQL longest: counts are read where the page shows them, with its head drawn by then.
        counted = cast(Page, SimpleLazyObject(lambda: page.counted(counts[whole], exact_url)))
        return render(
            request,
            "complaints/list.html",
            {
                "listing": asked,
                "page": counted,
                "rows": markup,
                "heading": gettext("Complaints"),
                "as_of": gettext("as of %(at)s, live") % {"at": moment(now)},
                "live_units": "*" if figure == "" else "",
                "keys": rows.keys(),
                "bulk_bar": SimpleLazyObject(lambda: BULK.bar(request, counted)),
                "tabs": SimpleLazyObject(lambda: view_tabs(views, asked, lambda view: counts[view.key])),
                "figure": figure,
                "now": now,
                "may_register": request.reach.holds("complaints.register"),
                "may_handle": request.reach.holds("complaints.handle"),
                "may_import": request.reach.holds("complaints.import"),
                "may_export": request.reach.holds("complaints.export"),
            },
        )


@require_safe
@needs("complaints.view")
def count(request: StaffRequest) -> HttpResponse:
    """How many the list holds beyond the first thousand: the words that take the place of "1,000+ in all"."""
    cases, views, _figure_name = cases_asked(request)
    asked = read_asked(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    return render(request, "web/components/count.html", {"count": asked.narrow(cases()).count()})


@require_safe
@needs("complaints.export")
def export(request: StaffRequest, format: str) -> HttpResponseBase:
    """What the list shows, as a file; names masked as on the page, the export itself a fact."""
    if format not in ("csv", "xlsx"):
        raise Http404
    cases, views, _figure_name = cases_asked(request)
    asked = read_asked(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    chosen = queries.for_list(asked.narrow(cases())).order_by(*asked.order)[:MOST_EXPORTED]
    record_export(request, format)
    respond = csv_response if format == "csv" else xlsx_response
    name = f"complaints-{timezone.localdate():%Y%m%d}"
    return respond(name, COLUMNS, read_by_chunks(chosen))


def record_export(request: StaffRequest, format: str) -> None:
    """An export leaves the house: it is a fact."""
    from django.db import transaction

    with transaction.atomic():
        record("complaints.exported", by=request.user.pk, format=format)


def _term(list_key: str, name: str) -> Any:
    return lambda case: label(list_key, getattr(case.complaint, name))


COLUMNS = (
    Column(_("Number"), lambda case: case.number),
    Column(_("Received"), lambda case: case.opened_at),
    Column(_("Customer"), lambda case: case.customer.masked_name if case.customer else None),
    Column(_("Matter"), lambda case: case.complaint.subject),
    Column(_("Business"), _term("complaint_business", "business")),
    Column(_("Cause"), _term("complaint_cause", "cause")),
    Column(_("Channel"), _term("complaint_source", "source")),
    Column(_("Level"), _term("complaint_level", "level")),
    Column(_("Redress"), lambda case: money(case.complaint.redress) if case.complaint.redress else None),
    Column(_("Handling unit"), lambda case: case.handling_unit.name),
    Column(_("Handler"), lambda case: case.handler.name if case.handler else None),
    Column(_("Step"), lambda case: case.step),
    Column(_("Time limit"), lambda case: case.get_lane_display()),
    Column(_("Next due"), lambda case: case.next_due if case.next_due.year < 9999 else None),
    Column(_("Closed"), lambda case: case.closed_at),
    Column(_("Ended how"), lambda case: case.complaint.get_ending_display() or None),
)  # fmt: skip


@require_safe
@needs("complaints.handle")
def next_one(request: StaffRequest) -> HttpResponse:
    """The case to work on now: one's own nearest, else the nearest that is nobody's yet and one may handle."""
    units = list(request.reach.units("complaints.handle"))
    cases = queries.visible(request.reach).filter(is_open=True, handling_unit__in=units)
    cases = cases.exclude(lane=Lane.PAUSED).order_by("lane", "next_due", "id")
    number = (
        cases.filter(handler_id=request.user.pk).values_list("number", flat=True).first()
        or cases.filter(handler=None).values_list("number", flat=True).first()
    )
    if number is None:
        messages.info(request, gettext("Nothing is waiting for you."))
        return redirect("complaints:list")
    return redirect("complaints:page", number)
