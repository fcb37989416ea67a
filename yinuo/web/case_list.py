"""The list of one kind of case: a pack says what it shows and how a line reads; everything else is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case, Clock, Lane
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach
from yinuo.web.case_clocks import list_badge
from yinuo.web.clockface import ClockFace
from yinuo.web.figures import figure_asked
from yinuo.web.filters import Text
from yinuo.web.formats import moment, moment_short
from yinuo.web.lists import (
    FILTERED,
    Filter,
    Sort,
    View,
    counted_each,
    keyset_page,
    read_asked,
    read_listing,
    url_with,
    view_tabs,
)
from yinuo.web.parts import Key

SORTS = (
    Sort("due", _("Time left"), ("lane", "next_due", "id")),
    Sort("newest", _("Newest first"), ("-opened_at", "-id")),
)
LANES = [(str(int(value)), name) for value, name in Lane.choices]
# Of what lies between two values PostgreSQL expects little, of what lies below one a third: only with both ends does its
# plan for all values go by the index.
EVER = datetime(1900, 1, 1, tzinfo=UTC)
EVERYTHING = View("all", _("All"), Q())


def open_views() -> list[View]:
    """What is open, what of it is overdue, what is due today."""
    day_end = timezone.localtime().replace(hour=23, minute=59, second=59)
    is_open = Q(is_open=True)
    return [
        View("open", _("All open"), is_open),
        View("overdue", _("Overdue"), Q(lane=Lane.OVERDUE), tone="bad"),
        View("today", _("Due today"), Q(lane=Lane.RUNNING, next_due__range=(EVER, day_end)), tone="warn"),
    ]


def everything_first(views: Sequence[View]) -> list[View]:
    """As a figure's cases are shown: all of them, unless the reader asks for some."""
    return sorted(views, key=lambda view: view.key != EVERYTHING.key)


def mine(request: StaffRequest) -> View:
    """The open ones that the reader has."""
    return View("mine", _("Mine"), Q(is_open=True, handler_id=request.user.pk))


@dataclass(frozen=True, slots=True)
class CaseList:
    """`address`: where figures of this kind lead. `visible` are the cases a reader may see, `open_to` those of a
    figure from which the reader does not stand aside; `read` brings what a line shows, `line` makes it of a case, the
    time, and what goes on in its address. `own`: what the template shows besides, for this reader."""

    template: str
    address: str
    heading: Text
    visible: Callable[[Reach], QuerySet[Case]]
    open_to: Callable[[QuerySet[Case], Reach], QuerySet[Case]]
    read: Callable[[QuerySet[Case]], QuerySet[Case]]
    views: Callable[[StaffRequest], Sequence[View]]
    filters: Callable[[], Sequence[Filter]]
    line: Callable[[Case, datetime, str], object]
    own: Callable[[StaffRequest], dict[str, Any]] = lambda request: {}

    def asked(self, request: StaffRequest) -> QuerySet[Case]:
        """The cases that an address asks for, in its order, for whoever takes them elsewhere than to the list."""
        cases, views, _figure_name = self._before(request)
        asked = read_asked(request.GET, sorts=SORTS, filters=self.filters(), views=views)
        return self.read(asked.narrow(cases)).order_by(*asked.order)

    def respond(self, request: StaffRequest) -> HttpResponse:
        """The page, sorted by time left."""
        cases, views, figure = self._before(request)
        asked = read_listing(request.GET, sorts=SORTS, filters=self.filters(), views=views)
        cases = asked.narrow(cases)
        now, visible = timezone.now(), self.visible(request.reach)
        whole = FILTERED if figure or asked.values or asked.view is None else asked.view.key
        each = {view.key: visible.filter(view.condition) for view in views}
        counts = counted_each(each | ({FILTERED: cases} if whole == FILTERED else {}))
        page = keyset_page(self.read(cases), asked.order, request.GET, count=counts[whole])
        here = url_with(request.GET, view=asked.view.key if asked.view else "")
        shown = {
            "listing": asked,
            "page": page,
            "lines": [self.line(case, now, here) for case in page.rows],
            "heading": str(self.heading),
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
        return render(request, self.template, shown | self.own(request))

    def _before(self, request: StaffRequest) -> tuple[QuerySet[Case], Sequence[View], str]:
        """The cases before views and filters narrow them, the views, and the figure they stand behind, if any."""
        figure, views = figure_asked(request, self.address), self.views(request)
        if figure is None:
            return self.visible(request.reach), views, ""
        return self.open_to(figure[0], request.reach), everything_first(views), figure[1]


def left(clock: Clock | None, case: Case, now: datetime) -> tuple[ClockFace | None, str]:
    """A line's badge and when it is due; nothing where no clock is."""
    if clock is None:
        return None, ""
    return list_badge(clock, case, now), moment_short(clock.due_at, now) if clock.due_at else ""


def first_clock(case: Case) -> Clock | None:
    """The clock that a case of few shows in its line."""
    return min(case.clocks.all(), key=lambda clock: clock.position, default=None)
