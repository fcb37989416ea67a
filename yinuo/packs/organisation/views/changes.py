"""Units opened, renamed, moved, closed and merged from a day on, each after what it concerns was shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.people import places
from yinuo.ground.people.models import Unit
from yinuo.packs.organisation import consequences
from yinuo.packs.organisation.consequences import Touched
from yinuo.packs.organisation.forms import CloseUnitForm, MoveForm, NamesForm, NewUnitForm
from yinuo.packs.organisation.pack import MANAGE
from yinuo.packs.organisation.views.postings import DO, units_kept
from yinuo.web.plain_form import PlainForm

NAMES = ("name_zh_hans", "name_en", "name_zh_hant")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def new(request: StaffRequest) -> HttpResponse:
    """A unit that opens; nobody is posted there and nothing handled yet, so nothing else follows."""
    first = {"parent": request.GET.get("parent", "")}
    form = NewUnitForm(request.POST or None, units=units_kept(request), initial=first)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        parent = said.pop("parent")
        try:
            opened = places.open_unit(Unit(**said), parent, by=request.user.pk)
        except ValidationError as refused:
            _told(form, refused, "parent")
        else:
            messages.success(request, gettext("The unit opens on that day."))
            return redirect("organisation:unit", opened.pk)
    return _asked(request, form, gettext("A new unit"), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def rename(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Other names, from now on."""
    unit = _kept(request, unit_id)
    form = NamesForm(request.POST or None, initial={name: getattr(unit, name) for name in NAMES})
    if request.method == "POST" and form.is_valid():
        places.rename_unit(unit, form.cleaned_data, by=request.user.pk)
        messages.success(request, gettext("Renamed."))
        return redirect("organisation:unit", unit.pk)
    return _asked(request, form, gettext("Rename the unit"), unit)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def move(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Below another unit from a day on, with everything below it."""
    unit = _kept(request, unit_id)
    form = MoveForm(request.POST or None, units=units_kept(request).exclude(pk=unit.pk))
    title = gettext("Move the unit")
    if request.method == "POST" and form.is_valid():
        on, parent = form.cleaned_data["on"], form.cleaned_data["parent"]
        try:
            with transaction.atomic():
                _not_past(on)
                places.place_unit(unit, parent, on, by=request.user.pk)
                if DO not in request.POST:
                    transaction.set_rollback(True)
        except ValidationError as refused:
            _told(form, refused, "parent")
        else:
            if DO in request.POST:
                messages.success(request, gettext("The unit moves on that day."))
                return redirect("organisation:unit", unit.pk)
            touched = consequences.of_unit(unit, timezone.localdate(), whole=True)
            return _shown(request, form, title, unit, touched)
    return _asked(request, form, title, unit)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def close(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Closed from a day on, perhaps merged into another; never with postings, units below or, unmerged, open cases."""
    unit = _kept(request, unit_id)
    form = CloseUnitForm(request.POST or None, units=units_kept(request).exclude(pk=unit.pk))
    title = gettext("Close the unit")
    if request.method == "POST" and form.is_valid():
        on, into = form.cleaned_data["on"], form.cleaned_data["into"]
        touched = consequences.of_unit(unit, on, whole=False)
        if touched.postings or touched.beneath or (touched.cases and into is None):
            form.add_error(
                "on", gettext("The unit is not empty on that day; what stands below must go first.")
            )
            return _shown(request, form, title, unit, touched)
        try:
            with transaction.atomic():
                _not_past(on)
                if into is None:
                    places.close_unit(unit, on, by=request.user.pk)
                else:
                    places.merge_unit(unit, into, on, by=request.user.pk)
                if DO not in request.POST:
                    transaction.set_rollback(True)
        except ValidationError as refused:
            _told(form, refused, "on")
        else:
            if DO in request.POST:
                messages.success(request, gettext("The unit closes on that day."))
                return redirect("organisation:unit", unit.pk)
            return _shown(request, form, title, unit, touched)
    return _asked(request, form, title, unit)


def _kept(request: StaffRequest, unit_id: UUID) -> Unit:
    """A unit that this administrator keeps, also one that opens later."""
    unit = get_object_or_404(Unit, pk=unit_id)
    if not request.reach.may(MANAGE, unit.pk):
        raise Http404
    return unit


def _not_past(on: Any) -> None:
    if on < timezone.localdate():
        raise places.TreeRefused(gettext("Units change today or later."), code="past")


def _told(form: PlainForm, refused: ValidationError, field: str) -> None:
    """A refusal at its field; what concerns none of them at `field`."""
    if not hasattr(refused, "error_dict"):
        form.add_error(field, refused.messages[0])
        return
    for name, errors in refused.error_dict.items():
        taken = gettext("Somebody or something else has this already.")
        words = [taken if each.code == "unique" else each.messages[0] for each in errors]
        form.add_error(name if name in form.fields else field, words[0])


def _asked(request: StaffRequest, form: PlainForm, title: str, unit: Unit | None) -> HttpResponse:
    looks = isinstance(form, MoveForm | CloseUnitForm)
    shown = {"form": form, "title": title, "unit": unit, "looks": looks}
    return render(request, "organisation/change.html", shown, status=422 if form.errors else 200)


def _shown(request: StaffRequest, form: PlainForm, title: str, unit: Unit, touched: Touched) -> HttpResponse:
    shown = {"form": form, "title": title, "unit": unit, "touched": touched}
    return render(request, "organisation/change_look.html", shown, status=422 if form.errors else 200)
