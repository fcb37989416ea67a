"""Consequences: what a fact led to in another pack, and what of it was given up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.loops.models import Run
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.operations import actions, queries
from yinuo.packs.operations.pack import ACT, VIEW
from yinuo.packs.operations.views.places import places
from yinuo.web.formats import moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs

SORTS = (Sort("newest", _("Newest first"), ("-seq", "-id")),)
FILTERS = (Filter("q", _("Rule"), "text", where="rule"),)
VIEWS = (
    View("given_up", _("Given up"), queries.RUNS_GIVEN_UP, tone="bad"),
    View("waiting", _("Waiting"), queries.RUNS_WAITING),
    View("all", _("All"), Q()),
)
STATES = {
    Run.State.WAITING: _("waiting"),
    Run.State.DONE: _("done"),
    Run.State.DEAD: _("given up"),
    Run.State.TOO_DEEP: _("loops set each other off"),
}
TONES = {Run.State.DONE: "ok", Run.State.DEAD: "bad", Run.State.TOO_DEEP: "bad"}


@dataclass(frozen=True, slots=True)
class Line:
    """One consequence in the list."""

    run: Run
    state: str
    tone: str
    when: str
    may_retry: bool


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """What was given up first."""
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=VIEWS)
    found = asked.narrow(queries.runs())
    counts = counted_each({"": found} | {view.key: queries.runs().filter(view.condition) for view in VIEWS})
    page = keyset_page(found, asked.order, request.GET, count=counts[""])
    now, may = timezone.now(), request.reach.holds(ACT)
    lines = [
        Line(
            run,
            str(STATES[Run.State(run.state)]),
            TONES.get(Run.State(run.state), ""),
            moment_short(run.done_at or run.next_at, now),
            may and run.state == Run.State.DEAD,
        )
        for run in page.rows
    ]
    shown = {
        "listing": asked,
        "page": page,
        "lines": lines,
        "heading": gettext("Consequences"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "tabs": view_tabs(VIEWS, asked, lambda view: counts[view.key]),
        "places": places(request),
        "may_act": may,
    }
    return render(request, "operations/runs.html", shown)


@require_POST
@needs(ACT)
def retry(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Let it be tried again."""
    if not Run.objects.filter(pk=run_id).exists():
        raise Http404
    if actions.retry_run(run_id, by=request.user):
        messages.success(request, gettext("It is tried again."))
    else:
        messages.info(request, gettext("Nothing was changed: it is not given up."))
    return redirect("operations:runs")
