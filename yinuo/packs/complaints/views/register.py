"""Registering a complaint that came by hotline, letter, counter or another way."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints import actions, forms, queries


@needs("complaints.register")
def register(request: StaffRequest) -> HttpResponse:
    """The form, and the complaint once it is whole."""
    form = forms.RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        arrival = forms.arrival(said, said, language=get_language() or "zh-hans", source=said["source"])
        received = actions.receive(
            arrival, handling_unit=queries.handling_unit().pk, by=request.user, origin="staff"
        )
        told = _("Registered as %(number)s. Tracking code for the customer: %(code)s")
        messages.success(request, told % {"number": received.number, "code": actions.shown(received.code)})
        return redirect(_after(request, received.number))
    return render(request, "complaints/register.html", {"form": form}, status=422 if form.errors else 200)


def _after(request: StaffRequest, number: str) -> str:
    """The case if the writer may see it, else the list."""
    seen = queries.visible(request.reach).filter(number=number).exists()
    return f"/complaints/{number}" if seen else "/complaints"
