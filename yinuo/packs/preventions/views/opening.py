"""Opening a prevention against a cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.people.models import Unit
from yinuo.packs.preventions import actions
from yinuo.packs.preventions.forms import OpenForm
from yinuo.packs.preventions.pack import KIND, OPEN


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPEN)
def new(request: StaffRequest) -> HttpResponse:
    """The form, and the prevention once it is whole."""
    asked = {name: request.GET.get(name, "") for name in ("number", "business", "cause")}
    form = OpenForm(request.POST or None, initial=asked, units=_units(request), reach=request.reach)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            case = _opened(request, form.cleaned_data)
        except CaseRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Opened as %(number)s") % {"number": case.number})
            return redirect(KIND.url(case.number))
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "preventions/new.html", {"form": form, "refusal": refusal}, status=status)


def _units(request: StaffRequest) -> QuerySet[Unit]:
    """Where one may have it measured: open units within reach of the verb."""
    return Unit.objects.filter(pk__in=request.reach.units(OPEN), closed_on=None).order_by("code")


def _opened(request: StaffRequest, said: Mapping[str, Any]) -> Case:
    parts = ("business", "cause", "root", "unit", "measure", "better", "span")
    about = said["number"]
    return actions.open_prevention(
        actions.Aim(**{name: said[name] for name in parts}),
        owner=said["owner"], by=request.user, about=about.pk if about else None,
    )  # fmt: skip
