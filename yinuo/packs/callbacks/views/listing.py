"""The callers' list: views, filters, order by time left."""

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
from yinuo.packs.callbacks import queries
from yinuo.packs.callbacks.actions import DAYS_TRIED
from yinuo.packs.callbacks.models import Grade, Outcome
from yinuo.packs.callbacks.pack import CALL, KIND
from yinuo.web.case_clocks import list_badge
from yinuo.web.clockface import ClockFace
from yinuo.web.figures import figure_asked
from yinuo.web.formats import moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, url_with, view_tabs
from yinuo.web.parts import Key

SORTS = (
    Sort("due", _("Time left"), ("lane", "next_due", "id")),
    Sort("newest", _("Newest first"), ("-opened_at", "-id")),
)
LANES = [(str(int(value)), name) for value, name in Lane.choices]
FILTERS = (
    Filter("q", _("Number"), "text", where="number"),
    Filter("grade", _("Level"), choices=Grade.choices, where="callback__grade", multiple=True),
    Filter("outcome", _("Outcome"), choices=Outcome.choices, where="callback__outcome", multiple=True),
    Filter("lane", _("Time limit"), choices=LANES, where="lane", multiple=True),
    Filter("closed", _("Complaint closed"), "days", where="opened_at"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One call-back in the list."""

    case: Case
    url: str
    closed: str
    customer: str
    title: str
    about: str
    grade: str
    unit: str
    handler: str
    tried: str
    face: ClockFace | None
    due: str
    state: str


def views_of(request: StaffRequest) -> list[View]:
    """The saved views of this reader; callers start with everything open, nearest first."""
    day_end = timezone.localtime().replace(hour=23, minute=59, second=59)
    is_open = Q(is_open=True)
    views = [
        View("open", _("All open"), is_open),
        View("overdue", _("Overdue"), is_open & Q(lane=Lane.OVERDUE), tone="bad"),
        View("today", _("Due today"), is_open & Q(lane=Lane.RUNNING, next_due__lte=day_end), tone="warn"),
        View("tried", _("Tried before"), is_open & Q(callback__tried__gt=0)),
        View("unhappy", _("Not satisfied"), Q(callback__outcome=Outcome.NOT_SATISFIED)),
        View("done", _("Finished"), Q(is_open=False)),
        View("all", _("All"), Q()),
    ]
    if request.reach.holds(CALL):
        views.insert(1, View("mine", _("Mine"), is_open & Q(handler_id=request.user.pk)))
    return views


def cases_asked(request: StaffRequest) -> tuple[QuerySet[Case], Sequence[View], str]:
    """The call-backs before views and filters narrow them, the views, and the figure they stand behind, if any."""
    figure = figure_asked(request, "/callbacks")
    if figure is None:
        return queries.visible(request.reach), views_of(request), ""
    return (
        queries.open_to(figure[0], request.reach),
        [View("all", _("All"), Q()), *views_of(request)],
        figure[1],
    )


@require_safe
@needs(KIND.view)
def listing(request: StaffRequest) -> HttpResponse:
    """Sorted by time left."""
    cases, views, figure = cases_asked(request)
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    cases = asked.narrow(cases)
    now = timezone.now()
    visible = queries.visible(request.reach)
    counts = counted_each({"": cases} | {view.key: visible.filter(view.condition) for view in views})
    page = keyset_page(queries.with_subjects(cases), asked.order, request.GET, count=counts[""])
    here = url_with(request.GET, view=asked.view.key if asked.view else "")
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(case, now, here) for case in page.rows],
        "heading": gettext("Call-backs"),
        "as_of": gettext("as of %(at)s, live") % {"at": moment(now)},
        "live_units": "" if figure else "*",
        "keys": [
            Key("J K", gettext("up and down")),
            Key("Enter", gettext("open")),
            Key("/", gettext("search")),
        ],
        "tabs": view_tabs(views, asked, lambda view: counts[view.key]),
        "figure": figure,
        "now": now,
    }
    return render(request, "callbacks/list.html", shown)


def line(case: Case, now: datetime, here: str) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    call, closed = case.callback, queries.about(case)
    clock = next(iter(sorted(case.clocks.all(), key=lambda clock: clock.position)), None)
    return Line(
        case=case,
        url=KIND.url(case.number) + here,
        closed=gettext("closed %(at)s") % {"at": moment_short(case.opened_at, now)},
        customer=case.customer.masked_name if case.customer else gettext("Unknown person"),
        title=call.title,
        about=closed.number,
        grade=call.get_grade_display(),
        unit=case.handling_unit.name,
        handler=case.handler.name if case.handler else gettext("nobody has called yet"),
        tried=gettext("%(tried)s of %(days)s") % {"tried": call.tried, "days": DAYS_TRIED}
        if call.tried
        else "",
        face=list_badge(clock, case, now) if clock else None,
        due=moment_short(clock.due_at, now) if clock and clock.due_at else "",
        state=call.get_outcome_display() if call.outcome else gettext("To call"),
    )
