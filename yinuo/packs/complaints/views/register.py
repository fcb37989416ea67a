"""Registering a complaint that came by hotline, letter, counter or another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.complaints import actions, forms, queries
from yinuo.packs.complaints.views.people import spoken_for


@dataclass(frozen=True, slots=True)
class Written:
    """All that is filled in at once: the complaint, who complains too, who speaks for the customer."""

    form: forms.RegisterForm
    joint: Sequence[forms.ComplainantForm]
    speaks: forms.RepresentativeForm

    @property
    def together(self) -> list[BaseForm]:
        """In the order of the page."""
        return [self.form, *self.joint, self.speaks]


@needs("complaints.register")
def register(request: StaffRequest) -> HttpResponse:
    """The form, and the complaint once it is whole: with everybody who stands beside the customer, or not at all."""
    written = _filled(request)
    if request.method != "POST":
        return _page(request, written, status=200)
    if not all([form.is_valid() for form in written.together]):
        return _page(request, written, status=422)
    try:
        received = _received(request, written)
    except CaseRefused as error:
        refused = any(form.errors for form in written.together)
        return _page(request, written, status=422, refusal="" if refused else str(error))
    told = _("Registered as %(number)s. Tracking code for the customer: %(code)s")
    messages.success(request, told % {"number": received.number, "code": actions.shown(received.code)})
    return redirect(_after(request, received.number))


def _filled(request: StaffRequest) -> Written:
    """The forms as far as they are filled; of those beside the customer each may stay empty."""
    speaks = forms.RepresentativeForm(
        request.POST or None, request.FILES or None, prefix="speaks",
        empty_permitted=True, use_required_attribute=False,
    )  # fmt: skip
    return Written(forms.RegisterForm(request.POST or None), forms.joint_forms(request.POST or None), speaks)


@transaction.atomic
def _received(request: StaffRequest, written: Written) -> actions.Received:
    said, language = written.form.cleaned_data, get_language() or "zh-hans"
    arrival = forms.arrival(said, said, language=language, source=said["source"])
    received = actions.receive(
        arrival, handling_unit=queries.handling_unit().pk, by=request.user, origin="staff"
    )
    for joint in written.joint:
        if joint.has_changed():
            _joined(request, received, joint, language)
    if written.speaks.has_changed():
        actions.add_representative(received.case_id, **spoken_for(written.speaks, language), by=request.user)
    return received


def _joined(
    request: StaffRequest, received: actions.Received, joint: forms.ComplainantForm, language: str
) -> None:
    """One who complains too; what is refused is said beside their name."""
    person, represents = joint.person(language), joint.cleaned_data["represents"]
    try:
        actions.add_complainant(received.case_id, person=person, represents=represents, by=request.user)
    except CaseRefused as error:
        joint.add_error("name", str(error))
        raise


def _page(request: StaffRequest, written: Written, *, status: int, refusal: str = "") -> HttpResponse:
    shown = {
        "form": written.form,
        "joint": written.joint,
        "joined": any(form.errors or form.has_changed() for form in written.joint),
        "joint_rule": actions.joint_rule(),
        "speaks": written.speaks,
        "together": written.together,
        "refusal": refusal,
    }
    return render(request, "complaints/register.html", shown, status=status)


def _after(request: StaffRequest, number: str) -> str:
    """The case if the writer may see it, else the list."""
    seen = queries.visible(request.reach).filter(number=number).exists()
    return f"/complaints/{number}" if seen else "/complaints"
