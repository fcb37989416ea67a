"""The reviewers' list: views, filters, order by time left."""

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
from yinuo.packs.reviews import queries
from yinuo.packs.reviews.models import Outcome
from yinuo.packs.reviews.pack import DECIDE, KIND, REGISTER
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
    Filter("outcome", _("Outcome"), choices=Outcome.choices, where="review__outcome", multiple=True),
    Filter("lane", _("Time limit"), choices=LANES, where="lane", multiple=True),
    Filter("asked", _("Asked for"), "days", where="opened_at"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One review in the list."""

    case: Case
    url: str
    asked: str
    customer: str
    words: str
    about: str
    unit: str
    handler: str
    face: ClockFace | None
    due: str
    state: str


def views_of(request: StaffRequest) -> list[View]:
    """The saved views of this reader; reviewers start with everything open, nearest first."""
    day_end = timezone.localtime().replace(hour=23, minute=59, second=59)
    is_open = Q(is_open=True)
    views = [
        View("open", _("All open"), is_open),
        View("overdue", _("Overdue"), is_open & Q(lane=Lane.OVERDUE), tone="bad"),
        View("today", _("Due today"), is_open & Q(lane=Lane.RUNNING, next_due__lte=day_end), tone="warn"),
        View("changed", _("Changed"), Q(review__outcome=Outcome.CHANGED)),
        View("done", _("Reviewed"), Q(is_open=False)),
        View("all", _("All"), Q()),
    ]
    if request.reach.holds(DECIDE):
        views.insert(1, View("mine", _("Mine"), is_open & Q(handler_id=request.user.pk)))
    return views


def cases_asked(request: StaffRequest) -> tuple[QuerySet[Case], Sequence[View], str]:
    """The reviews before views and filters narrow them, the views, and the figure they stand behind, if any."""
    figure = figure_asked(request, "/reviews")
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
        "heading": gettext("Reviews"),
        "as_of": gettext("as of %(at)s, live") % {"at": moment(now)},
        "live_units": "" if figure else "*",
        "keys": [
            Key("J K", gettext("up and down")),
            Key("Enter", gettext("open")),
            Key("/", gettext("search")),
        ],
        "tabs": view_tabs(views, asked, lambda view: counts[view.key]),
        "figure": figure,
        "registers": request.reach.holds(REGISTER),
        "now": now,
    }
    return render(request, "reviews/list.html", shown)


def line(case: Case, now: datetime, here: str) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    review, examined = case.review, queries.about(case)
    clock = next(iter(sorted(case.clocks.all(), key=lambda clock: clock.position)), None)
    return Line(
        case=case,
        url=KIND.url(case.number) + here,
        asked=gettext("asked for %(at)s") % {"at": moment_short(case.opened_at, now)},
        customer=case.customer.masked_name if case.customer else gettext("Unknown person"),
        words=review.words,
        about=examined.number,
        unit=case.handling_unit.name,
        handler=case.handler.name if case.handler else gettext("nobody has taken it yet"),
        face=list_badge(clock, case, now) if clock else None,
        due=moment_short(clock.due_at, now) if clock and clock.due_at else "",
        state=review.get_outcome_display() if review.outcome else gettext("Not decided yet"),
    )
