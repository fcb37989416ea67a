"""Opening a prevention against a cause."""

from __future__ import annotations

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
from yinuo.packs.preventions import actions, queries
from yinuo.packs.preventions.forms import OpenForm
from yinuo.packs.preventions.pack import KIND, OPEN


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPEN)
def new(request: StaffRequest) -> HttpResponse:
    """The form, and the prevention once it is whole."""
    asked = {name: request.GET.get(name, "") for name in ("number", "business", "cause")}
    form = OpenForm(request.POST or None, initial=asked, units=_units(request))
    refusal = ""
    if request.method == "POST" and form.is_valid() and (found := _about(request, form)) is not False:
        try:
            case = _opened(request, form, found)
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


def _about(request: StaffRequest, form: OpenForm) -> Case | None | bool:
    """The case named; None where none is, False where the reader may see no such case."""
    number = "".join(form.cleaned_data["number"].split()).upper()
    if not number:
        return None
    found = queries.named(number, request.reach)
    if found is None:
        form.add_error("number", _("There is no case of this number that you may see."))
    return found or False


def _opened(request: StaffRequest, form: OpenForm, about: Case | None | bool) -> Case:
    said = form.cleaned_data
    parts = ("business", "cause", "root", "unit", "measure", "better", "span")
    aim = actions.Aim(**{name: said[name] for name in parts})
    return actions.open_prevention(
        aim, owner=said["owner"], by=request.user, about=about.pk if isinstance(about, Case) else None
    )
