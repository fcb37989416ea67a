"""Postings given and ended: asked, shown with what follows, and only then done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yinuo.ground.access import appointments
from yinuo.ground.access.among import Among
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.roles import role_name
from yinuo.ground.access.views_guard import confirmed, needs
from yinuo.ground.people.models import Posting, Unit
from yinuo.ground.people.offices import PostingRefused
from yinuo.packs.organisation import consequences
from yinuo.packs.organisation.forms import AT_FIELD, AppointForm, EndForm
from yinuo.packs.organisation.pack import MANAGE
from yinuo.packs.organisation.people import people_seen
from yinuo.web.plain_form import PlainForm

DO = "do"  # the second press


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(MANAGE)
@confirmed
def appoint(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """A role in a unit from a day on; one with power over accounts is proposed to a second person."""
    person = get_object_or_404(people_seen(request.reach), pk=person_id)
    first = {"unit": request.GET.get("unit", "")}
    form = AppointForm(request.POST or None, user=person, units=units_kept(request), initial=first)
    shown = {"person": person, "form": form}
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted
        two = appointments.decided_by_two(wanted.role)
        try:
            if DO not in request.POST:
                appointments.check(wanted, by=request.user)
                follows = consequences.of_appointment(wanted)
                shown |= {"follows": follows, "wanted": wanted, "role": role_name(wanted.role), "two": two}
                return render(request, "organisation/appoint_look.html", shown)
            if two:
                appointments.propose(wanted, by=request.user)
                messages.success(request, gettext("Proposed. Somebody else decides."))
            else:
                appointments.give(wanted, by=request.user)
                messages.success(request, gettext("The posting is given."))
            return redirect("organisation:person", person.pk)
        except PostingRefused as refused:
            told(form, refused)
    return render(request, "organisation/appoint.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(MANAGE)
@confirmed
def end(request: StaffRequest, posting_id: UUID) -> HttpResponse:
    """A posting over from a day on, and the deputies with it."""
    posting = get_object_or_404(Posting.objects.select_related("user", "unit"), pk=posting_id)
    if not request.reach.may(MANAGE, posting.unit_id):
        raise Http404
    form = EndForm(request.POST or None)
    shown = {"posting": posting, "person": posting.user, "role": role_name(posting.role), "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            if DO in request.POST:
                appointments.end(posting, form.day, by=request.user)
                messages.success(request, gettext("The posting ends on that day."))
                return redirect("organisation:person", posting.user_id)
            appointments.check_end(posting, form.day)
            shown |= {"follows": consequences.of_ending(posting, form.day), "on": form.day}
            return render(request, "organisation/end_look.html", shown)
        except PostingRefused as refused:
            told(form, refused)
    return render(request, "organisation/end.html", shown, status=422 if form.errors else 200)


def told(form: PlainForm, refused: PostingRefused) -> None:
    """A refusal of the gate at the field it is about; whole where the form has no such field."""
    name = AT_FIELD.get(refused.code or "", "")
    form.add_error(name if name in form.fields else None, refused.messages[0])


def units_kept(request: StaffRequest) -> QuerySet[Unit]:
    """The units to which this administrator may post people: open ones, today or later."""
    reached = Unit.objects.filter(Among("pk", request.reach.units(MANAGE)))
    return reached.exclude(closed_on__lte=timezone.localdate()).order_by("code")
