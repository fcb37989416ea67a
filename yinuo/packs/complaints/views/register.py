"""Registering a complaint that came by hotline, letter, counter or another way."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints import actions, forms, queries
from yinuo.packs.complaints.views.people import spoken_for


@needs("complaints.register")
def register(request: StaffRequest) -> HttpResponse:
    """The form, and the complaint once it is whole; with whoever speaks for the customer, or neither of them."""
    form = forms.RegisterForm(request.POST or None)
    speaks = forms.RepresentativeForm(
        request.POST or None, request.FILES or None, prefix="speaks",
        empty_permitted=True, use_required_attribute=False,
    )  # fmt: skip
    if request.method != "POST" or not all([form.is_valid(), speaks.is_valid()]):
        return _page(request, form, speaks, status=422 if form.errors or speaks.errors else 200)
    try:
        received = _received(request, form, speaks)
    except CaseRefused as error:
        return _page(request, form, speaks, status=422, refusal=str(error))
    told = _("Registered as %(number)s. Tracking code for the customer: %(code)s")
    messages.success(request, told % {"number": received.number, "code": actions.shown(received.code)})
    return redirect(_after(request, received.number))


@transaction.atomic
def _received(
    request: StaffRequest, form: forms.RegisterForm, speaks: forms.RepresentativeForm
) -> actions.Received:
    said, language = form.cleaned_data, get_language() or "zh-hans"
    arrival = forms.arrival(said, said, language=language, source=said["source"])
    received = actions.receive(
        arrival, handling_unit=queries.handling_unit().pk, by=request.user, origin="staff"
    )
    if speaks.has_changed():
        actions.add_representative(received.case_id, **spoken_for(speaks, language), by=request.user)
    return received


def _page(
    request: StaffRequest,
    form: forms.RegisterForm,
    speaks: forms.RepresentativeForm,
    *,
    status: int,
    refusal: str = "",
) -> HttpResponse:
    shown = {"form": form, "speaks": speaks, "together": [form, speaks], "refusal": refusal}
    return render(request, "complaints/register.html", shown, status=status)


def _after(request: StaffRequest, number: str) -> str:
    """The case if the writer may see it, else the list."""
    seen = queries.visible(request.reach).filter(number=number).exists()
    return f"/complaints/{number}" if seen else "/complaints"
