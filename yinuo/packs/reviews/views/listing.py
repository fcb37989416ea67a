"""The reviewers' list: views, filters, order by time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.reviews import queries
from yinuo.packs.reviews.models import Outcome
from yinuo.packs.reviews.pack import DECIDE, KIND, REGISTER
from yinuo.web.case_list import EVERYTHING, LANES, CaseList, first_clock, left, mine, open_views
from yinuo.web.clockface import ClockFace
from yinuo.web.formats import moment_short
from yinuo.web.lists import Filter, View

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
    views = [
        *open_views(),
        View("changed", _("Changed"), Q(review__outcome=Outcome.CHANGED)),
        View("done", _("Reviewed"), Q(is_open=False)),
        EVERYTHING,
    ]
    if request.reach.holds(DECIDE):
        views.insert(1, mine(request))
    return views


@require_safe
@needs(KIND.view)
def listing(request: StaffRequest) -> HttpResponse:
    """Sorted by time left."""
    return LIST.respond(request)


def line(case: Case, now: datetime, here: str) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    review, examined = case.review, queries.about(case)
    face, due = left(first_clock(case), case, now)
    return Line(
        case=case,
        url=KIND.url(case.number) + here,
        asked=gettext("asked for %(at)s") % {"at": moment_short(case.opened_at, now)},
        customer=case.customer.masked_name if case.customer else gettext("Unknown person"),
        words=review.words,
        about=examined.number,
        unit=case.handling_unit.name,
        handler=case.handler.name if case.handler else gettext("nobody has taken it yet"),
        face=face,
        due=due,
        state=review.get_outcome_display() if review.outcome else gettext("Not decided yet"),
    )


LIST = CaseList(
    "reviews/list.html", "/reviews", _("Reviews"), queries.visible, queries.open_to, queries.with_subjects,
    views_of, lambda: FILTERS, line, own=lambda request: {"registers": request.reach.holds(REGISTER)},
)  # fmt: skip
