"""The list of preventions: views, filters, order by time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.clocks import pressing
from yinuo.engines.cases.models import Approval, Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.terms.lists import choices, label
from yinuo.packs.preventions import queries
from yinuo.packs.preventions.models import Verdict
from yinuo.packs.preventions.pack import ANOTHER_DAY, DECIDE_DAY, EXPORT, KIND, OPEN
from yinuo.packs.preventions.views.page import step_name
from yinuo.web.case_list import EVERYTHING, LANES, CaseList, left, mine, open_views
from yinuo.web.clockface import ClockFace
from yinuo.web.formats import moment_short
from yinuo.web.lists import Filter, View


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
    state: str


def views_of(request: StaffRequest) -> list[View]:
    """The saved views of this reader."""
    everything_open, overdue, today = open_views()
    return [
        everything_open,
        mine(request),
        overdue,
        today,
        View("verify", _("To verify"), Q(is_open=True, step="verify")),
        View("weigh", _("To decide"), Q(is_open=True) & _to_decide(request), tone="warn"),
        View("done", _("Closed"), Q(is_open=False)),
        EVERYTHING,
    ]


def _to_decide(request: StaffRequest) -> Q:
    """What did not show; for whoever decides on them, later days that colleagues asked for."""
    weighed = Q(step="weigh")
    if not request.reach.holds(DECIDE_DAY):
        return weighed
    waiting = Approval.objects.filter(decided_at=None, what=ANOTHER_DAY).exclude(asked_by_id=request.user.pk)
    return weighed | Q(pk__in=waiting.values("case_id"))


@require_safe
@needs(KIND.view)
def listing(request: StaffRequest) -> HttpResponse:
    """Sorted by time left."""
    return LIST.respond(request)


def line(case: Case, now: datetime, here: str) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    prevention = case.prevention
    clock = pressing(case.clocks.all()) if case.is_open else None
    clock = clock or max(case.clocks.all(), key=lambda each: each.position, default=None)
    face, due = left(clock, case, now)
    return Line(
        case=case,
        url=KIND.url(case.number) + here,
        opened=gettext("opened %(at)s") % {"at": moment_short(case.opened_at, now)},
        cause=label("complaint_cause", prevention.cause),
        root=prevention.root,
        unit=case.owning_unit.name,
        owner=case.handler.name if case.handler else gettext("nobody"),
        face=face,
        due=due,
        state=prevention.get_outcome_display() if prevention.outcome else step_name(case),
    )


def _may(request: StaffRequest) -> dict[str, bool]:
    return {"may_export": request.reach.holds(EXPORT), "opens": request.reach.holds(OPEN)}


LIST = CaseList(
    "preventions/list.html", "/preventions", _("Preventions"), queries.visible, queries.open_to, queries.for_list,
    views_of, filters, line, own=_may,
)  # fmt: skip
