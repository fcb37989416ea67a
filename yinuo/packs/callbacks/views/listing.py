"""The callers' list: views, filters, order by time left."""

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
from yinuo.packs.callbacks import queries
from yinuo.packs.callbacks.actions import DAYS_TRIED
from yinuo.packs.callbacks.models import Grade, Outcome
from yinuo.packs.callbacks.pack import CALL, KIND
from yinuo.web.case_list import EVERYTHING, LANES, CaseList, first_clock, left, mine, open_views
from yinuo.web.clockface import ClockFace
from yinuo.web.formats import moment_short
from yinuo.web.lists import Filter, View

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
    views = [
        *open_views(),
        View("tried", _("Tried before"), Q(is_open=True, callback__tried__gt=0)),
        View("unhappy", _("Not satisfied"), Q(callback__outcome=Outcome.NOT_SATISFIED)),
        View("done", _("Finished"), Q(is_open=False)),
        EVERYTHING,
    ]
    if request.reach.holds(CALL):
        views.insert(1, mine(request))
    return views


@require_safe
@needs(KIND.view)
def listing(request: StaffRequest) -> HttpResponse:
    """Sorted by time left."""
    return LIST.respond(request)


def line(case: Case, now: datetime, here: str) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    call, closed = case.callback, queries.about(case)
    face, due = left(first_clock(case), case, now)
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
        face=face,
        due=due,
        state=call.get_outcome_display() if call.outcome else gettext("To call"),
    )


LIST = CaseList(
    "callbacks/list.html", "/callbacks", _("Call-backs"), queries.visible, queries.open_to, queries.with_subjects,
    views_of, lambda: FILTERS, line,
)  # fmt: skip
