"""One complaint as a proof that anybody can check without us, as one file."""

from __future__ import annotations

import json

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.moves import happen
from yinuo.facts.evidence import NotSettled
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints.views.page import visible_case
from yinuo.web.evidence.folder import proof_of, zipped

VERB = "complaints.prove"


@require_safe
@needs(VERB)
def download(request: StaffRequest, number: str) -> HttpResponseBase:
    """The folder as a ZIP; that it was taken along is a fact, which the next proof holds."""
    case = visible_case(request, number)
    request.reach.need(VERB, case.handling_unit_id)
    try:
        content = proof_of(case)
    except NotSettled:
        messages.error(
            request, _("What was written last has no place in the order yet. Try again in a minute.")
        )
        return redirect("complaints:page", number)
    with transaction.atomic():
        facts = json.loads(content["proof.json"])["facts"]
        happen(case, "complaints.proven", by=request.user, facts=facts)
    name = f"proof-{case.number}"
    response = HttpResponse(zipped(content, name), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or "attachment"
    return response
