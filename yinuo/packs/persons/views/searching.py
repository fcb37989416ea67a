"""Customers by a part of their name: what was typed goes by POST, so that it stands in no address and no log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case
from yinuo.facts.gate import record
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.customers.models import Customer
from yinuo.packs.persons import queries
from yinuo.packs.persons.forms import SearchForm
from yinuo.packs.persons.pack import SEARCH, SEARCHED


@dataclass(frozen=True, slots=True)
class Line:
    """One customer, masked, with the cases of theirs that the reader may see."""

    customer: Customer
    cases: list[tuple[Case, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(SEARCH)
@sensitive_post_parameters("part")
def search(request: StaffRequest) -> HttpResponse:
    """The field; posted, whoever has such a name and a case that the reader may see."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"heading": gettext("Customers by name"), "form": form, "searched": False}
    status = 200
    if request.method == "POST" and form.is_valid():
        found = queries.named_so(form.cleaned_data["part"], request.reach)
        with transaction.atomic():
            record(SEARCHED, by=request.user.pk, found=len(found))
        shown |= {"searched": True, "lines": [_line(*each) for each in found]}
    elif request.method == "POST":
        status = 422
    return render(request, "persons/search.html", shown, status=status)


def _line(customer: Customer, cases: list[Case]) -> Line:
    return Line(customer, [(case, case_kind(case.kind).url(case.number)) for case in cases])
