"""The 68-column ledger of what the list shows, as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yinuo.engines.cases.sight import within
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints.ledger.files import csv_lines, xlsx_file
from yinuo.packs.complaints.ledger.outgoing import ledger_in_force, lines
from yinuo.packs.complaints.views.listing import (
    FILTERS,
    MOST_EXPORTED,
    SORTS,
    cases_asked,
    record_export,
)
from yinuo.web.exports import XLSX
from yinuo.web.formats import number
from yinuo.web.lists import read_asked

VERB = "complaints.export"


@require_safe
@needs(VERB)
def export(request: StaffRequest, format: str) -> HttpResponseBase:
    """The list's complaints as the ledger, oldest first, masked; only units one may export from."""
    if format not in ("csv", "xlsx"):
        raise Http404
    cases, views, _figure_name = cases_asked(request)
    asked = read_asked(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    chosen = within(asked.narrow(cases()), request.reach.units(VERB))
    if chosen[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:  # rather none than a ledger that stops somewhere
        text = gettext("The ledger holds at most %(most)s complaints a file. Choose a shorter period.")
        messages.error(request, text % {"most": number(MOST_EXPORTED)})
        return redirect(f"{reverse('complaints:list')}?{request.GET.urlencode()}")
    _edition, ledger = ledger_in_force()
    rows = lines(chosen.order_by("opened_at", "complaint__source_row", "id"), ledger)
    record_export(request, f"ledger.{format}")
    name = f"complaint-ledger-{timezone.localdate():%Y%m%d}.{format}"
    if format == "xlsx":
        return FileResponse(xlsx_file(ledger, rows), as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(csv_lines(ledger, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
