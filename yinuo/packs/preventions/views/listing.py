"""The list of preventions: views, filters, order by time left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.models import Case, Lane
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.terms.lists import choices, label
from yinuo.packs.preventions import queries
from yinuo.packs.preventions.models import Plan, Verdict
from yinuo.packs.preventions.pack import EXPORT, KIND, OPEN
from yinuo.packs.preventions.views.page import step_name
from yinuo.web.case_clocks import list_badge
from yinuo.web.clockface import ClockFace
from yinuo.web.figures import figure_asked
from yinuo.web.formats import day, moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, url_with, view_tabs
from yinuo.web.parts import Key

SORTS = (
    Sort("due", _("Time left"), ("lane", "next_due", "id")),
    Sort("newest", _("Newest first"), ("-opened_at", "-id")),
)
LANES = [(str(int(value)), name) for value, name in Lane.choices]
RUNNING = "running"


def filters() -> tuple[Filter, ...]:
    """The bank's own list of causes is among them."""
    causes = choices("complaint_cause")
    return (
        Filter("q", _("Number"), "text", where="number"),
        Filter("cause", _("Cause"), choices=causes, where="prevention__cause", multiple=True),
        Filter("outcome", _("Outcome"), choices=Verdict.choices, where="prevention__outcome", multiple=True),
        Filter("lane", _("Time limit"), choices=LANES, where="lane", multiple=True),
        Filter("opened", _("Opened"), "days", where="opened_at"),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One prevention in the list."""

    case: Case
    url: str
    opened: str
    cause: str
    root: str
    unit: str
    owner: str
    face: ClockFace | None
    due: str
    planned: str
    state: str


def views_of(request: StaffRequest) -> list[View]:
    """The saved views of this reader. Overdue is also what its owner wanted done by a day that has passed."""
    is_open, today = Q(is_open=True), timezone.localdate()
    late = Plan.objects.filter(done_on=None, due_on__lt=today).values("prevention_id")
    return [
        View("open", _("All open"), is_open),
        View("mine", _("Mine"), is_open & Q(handler_id=request.user.pk)),
        View("overdue", _("Overdue"), is_open & (Q(lane=Lane.OVERDUE) | Q(pk__in=late)), tone="bad"),
        View("verify", _("To verify"), is_open & Q(step="verify")),
        View("weigh", _("To decide"), is_open & Q(step="weigh"), tone="warn"),
        View("done", _("Closed"), Q(is_open=False)),
        View("all", _("All"), Q()),
    ]


def cases_asked(request: StaffRequest) -> tuple[QuerySet[Case], Sequence[View], str]:
    """The preventions before views and filters narrow them, the views, and the figure they stand behind, if any."""
    figure = figure_asked(request, "/preventions")
    if figure is None:
        return queries.visible(request.reach), views_of(request), ""
    views = [View("all", _("All"), Q()), *views_of(request)]
    return queries.open_to(figure[0], request.reach), views, figure[1]


@require_safe
@needs(KIND.view)
def listing(request: StaffRequest) -> HttpResponse:
    """Sorted by time left."""
    cases, views, figure = cases_asked(request)
    asked = read_listing(request.GET, sorts=SORTS, filters=filters(), views=views)
    cases = asked.narrow(cases)
    now = timezone.now()
    visible = queries.visible(request.reach)
    counts = counted_each({"": cases} | {view.key: visible.filter(view.condition) for view in views})
    page = keyset_page(queries.for_list(cases), asked.order, request.GET, count=counts[""])
    here = url_with(request.GET, view=asked.view.key if asked.view else "")
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(case, now, here) for case in page.rows],
        "heading": gettext("Preventions"),
        "as_of": gettext("as of %(at)s, live") % {"at": moment(now)},
        "live_units": "" if figure else "*",
        "keys": [
            Key("J K", gettext("up and down")),
            Key("Enter", gettext("open")),
            Key("/", gettext("search")),
        ],
        "tabs": view_tabs(views, asked, lambda view: counts[view.key]),
        "figure": figure,
        "may_export": request.reach.holds(EXPORT),
        "opens": request.reach.holds(OPEN),
        "now": now,
    }
    return render(request, "preventions/list.html", shown)


def line(case: Case, now: datetime, here: str) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    prevention, rounds = case.prevention, queries.plans(case)
    clock = next((each for each in case.clocks.all() if each.status == RUNNING), None)
    clock = clock or max(case.clocks.all(), key=lambda each: each.position, default=None)
    planned = rounds[-1].due_on if rounds and case.step == "carry_out" else None
    return Line(
        case=case,
        url=KIND.url(case.number) + here,
        opened=gettext("opened %(at)s") % {"at": moment_short(case.opened_at, now)},
        cause=label("complaint_cause", prevention.cause),
        root=prevention.root,
        unit=case.owning_unit.name,
        owner=case.handler.name if case.handler else gettext("nobody"),
        face=list_badge(clock, case, now) if clock else None,
        due=moment_short(clock.due_at, now) if clock and clock.due_at else "",
        planned=gettext("planned by %(day)s") % {"day": day(planned)} if planned else "",
        state=prevention.get_outcome_display() if prevention.outcome else step_name(case),
    )
