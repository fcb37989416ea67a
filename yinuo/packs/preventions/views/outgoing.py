"""The list of preventions as a file."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.models import Case
from yinuo.facts.gate import record
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.terms.lists import label
from yinuo.packs.preventions import queries
from yinuo.packs.preventions.models import Plan
from yinuo.packs.preventions.pack import EXPORT
from yinuo.packs.preventions.views.listing import LIST
from yinuo.packs.preventions.views.page import step_name
from yinuo.web.exports import Column, csv_response, xlsx_response

MOST_EXPORTED = 100_000


@require_safe
@needs(EXPORT)
def export(request: StaffRequest, format: str) -> HttpResponseBase:
    """What the list shows, as a file; the export itself is a fact."""
    if format not in ("csv", "xlsx"):
        raise Http404
    chosen = LIST.asked(request)[:MOST_EXPORTED]
    with transaction.atomic():
        record("preventions.exported", by=request.user.pk, format=format)
    respond = csv_response if format == "csv" else xlsx_response
    return respond(f"preventions-{timezone.localdate():%Y%m%d}", COLUMNS, chosen.iterator(chunk_size=500))


def _last(tell: Callable[[Plan], object]) -> Callable[[Case], object]:
    """What the latest round says; nothing before there is one."""

    def told(case: Case) -> object:
        rounds = queries.plans(case)
        return tell(rounds[-1]) if rounds else None

    return told


COLUMNS = (
    Column(_("Number"), lambda case: case.number),
    Column(_("Opened"), lambda case: case.opened_at),
    Column(_("Business"), lambda case: label("complaint_business", case.prevention.business)),
    Column(_("Cause"), lambda case: label("complaint_cause", case.prevention.cause)),
    Column(_("What goes wrong at its root"), lambda case: case.prevention.root),
    Column(_("Measured in"), lambda case: case.owning_unit.name),
    Column(_("Owner"), lambda case: case.handler.name if case.handler else None),
    Column(_("State"), step_name),
    Column(_("What will be changed"), _last(lambda plan: plan.change)),
    Column(_("By which day"), _last(lambda plan: plan.due_on)),
    Column(_("Carried out on"), _last(lambda plan: plan.done_on)),
    Column(_("Baseline"), lambda case: case.prevention.value),
    Column(_("Measured again"), _last(lambda plan: plan.value)),
    Column(_("Verdict"), _last(lambda plan: plan.get_verdict_display() or None)),
    Column(_("Closed"), lambda case: case.closed_at),
)
