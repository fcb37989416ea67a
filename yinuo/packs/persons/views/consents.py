"""What a customer said about uses of their data, written down by a colleague."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yinuo.engines.cases.kinds import case_kind
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.customers import consents
from yinuo.packs.persons import queries
from yinuo.packs.persons.forms import ConsentForm
from yinuo.packs.persons.pack import CONSENT


@require_POST
@needs(CONSENT)
def say(request: StaffRequest, number: str) -> HttpResponse:
    """Dated now, with how it was said; back to the case."""
    found = queries.customer_of(number, request.reach)
    if found is None:
        raise Http404
    case, customer = found
    request.reach.need(CONSENT, case.handling_unit_id)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Nothing was written down: choose the use, what they said, and how."))
    elif customer.key.destroyed_at is not None:
        messages.error(request, gettext("The customer was erased: nothing more is written about them."))
    elif consents.say(customer.pk, by=request.user.pk, **form.cleaned_data):
        messages.success(request, gettext("Written down"))
    else:
        messages.info(request, gettext("They had said so before."))
    return redirect(case_kind(case.kind).url(case.number))
