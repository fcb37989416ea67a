"""What a customer's data may be used for, seen and refused by their tracking code.

Refusing needs no more than the code: it takes nothing from anybody. Allowing does not happen here, for whoever holds a code need
not be the customer.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yinuo.channels.portal import told
from yinuo.engines.cases.models import Case
from yinuo.ground.access.rates import limited
from yinuo.ground.access.views_guard import public
from yinuo.ground.customers.consents import PORTAL, PURPOSES, Standing, say, standing
from yinuo.packs.complaints import queries


def uses(case: Case) -> list[Standing]:
    """How it stands with each purpose; nothing where nobody is known, or nothing is left of them."""
    if case.customer is None or case.customer.key.destroyed_at is not None:
        return []
    return standing(case.customer.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@public("the tracking code is the key")
@limited("portal.track")
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """The customer wants one use of their data no more; it holds from now on."""
    case = queries.by_tracking_code(code)
    if case is None:
        raise Http404
    purpose = request.POST.get("purpose", "")
    if request.method == "POST" and purpose in PURPOSES and not told.is_kept_back(case) and uses(case):
        say(case.customer_id, purpose, given=False, source=PORTAL, by=None)  # type: ignore[arg-type]
    return redirect("portal:track", code)
