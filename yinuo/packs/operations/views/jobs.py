"""Long work: what waits, runs, ended and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.jobs.models import Job, State
from yinuo.packs.operations import actions, queries
from yinuo.packs.operations.pack import ACT, VIEW
from yinuo.packs.operations.views.places import places
from yinuo.web.formats import duration, moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs

SORTS = (Sort("newest", _("Newest first"), ("-id",)),)
FILTERS = (
    Filter("q", _("Kind"), "text", where="kind"),
    Filter("state", _("State"), choices=State.choices, where="state", multiple=True),
    Filter("asked", _("Asked for"), "days", where="created_at"),
)
VIEWS = (
    View("work", _("At work"), queries.JOBS_AT_WORK),
    View("given_up", _("Given up"), queries.JOBS_GIVEN_UP, tone="bad"),
    View("failed", _("Failed"), queries.JOBS_FAILED, tone="warn"),
    View("all", _("All"), Q()),
)
TONES = {State.DONE: "ok", State.FAILED: "warn", State.DEAD: "bad", State.RUNNING: "info"}


@dataclass(frozen=True, slots=True)
class Line:
    """One job in the list; `share` is None where nobody knows how much there is."""

    job: Job
    state: str
    tone: str
    by: str
    asked: str
    took: str
    may_cancel: bool
    may_resume: bool


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """The newest first."""
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=VIEWS)
    found = asked.narrow(queries.jobs())
    counts = counted_each({"": found} | {view.key: queries.jobs().filter(view.condition) for view in VIEWS})
    page = keyset_page(found, asked.order, request.GET, count=counts[""])
    now, may = timezone.now(), request.reach.holds(ACT)
    names = queries.names(job.by for job in page.rows)
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(job, names, now, may=may) for job in page.rows],
        "heading": gettext("Jobs"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "tabs": view_tabs(VIEWS, asked, lambda view: counts[view.key]),
        "places": places(request),
        "may_act": may,
    }
    return render(request, "operations/jobs.html", shown)


def line(job: Job, names: dict[UUID, str], now: datetime, *, may: bool) -> Line:
    """A job in the reader's words."""
    took = (job.finished_at or now) - job.started_at if job.started_at else None
    return Line(
        job,
        job.get_state_display(),
        TONES.get(State(job.state), ""),
        names.get(job.by, "") if job.by else gettext("the system"),
        moment_short(job.created_at, now),
        duration(took) if took is not None else "–",
        may and not job.is_over and not job.cancel_requested,
        may and job.state in (State.CANCELLED, State.FAILED, State.DEAD),
    )


@require_POST
@needs(ACT)
def cancel(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """Ask it to stop."""
    job = get_object_or_404(Job, pk=job_id)
    done = actions.cancel_job(job, by=request.user)
    said = gettext("It stops as soon as it looks up.") if done else gettext("It was over already.")
    messages.info(request, said)
    return redirect("operations:jobs")


@require_POST
@needs(ACT)
def resume(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """Let it go on."""
    job = get_object_or_404(Job, pk=job_id)
    done = actions.resume_job(job, by=request.user)
    said = gettext("It goes on where it stood.") if done else gettext("It is at work already, or done.")
    messages.info(request, said)
    return redirect("operations:jobs")
