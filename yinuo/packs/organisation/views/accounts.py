"""Somebody new, somebody who leaves, somebody who comes back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yinuo.ground.access import accounts
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import VerbMissing
from yinuo.ground.access.roles import role_name
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.access.views_guard import confirmed, needs
from yinuo.ground.people.models import User
from yinuo.ground.people.offices import PostingRefused
from yinuo.packs.organisation import consequences
from yinuo.packs.organisation.forms import EndForm, PersonForm
from yinuo.packs.organisation.pack import MANAGE
from yinuo.packs.organisation.people import keeps, people_seen
from yinuo.packs.organisation.views.postings import DO, told


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(MANAGE)
@confirmed
def new(request: StaffRequest) -> HttpResponse:
    """Somebody new: the initial password, this once; postings are given on their page."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, initial = accounts.make_person(**form.cleaned_data, by=request.user)
        except ValidationError as wrong:
            for name, words in wrong.message_dict.items():
                taken = gettext("Somebody or something else has this already.")
                unique = any(each.code == "unique" for each in wrong.error_dict[name])
                form.add_error(name if name in form.fields else None, taken if unique else words)
        else:
            return render(request, "organisation/initial.html", {"person": person, "initial": initial})
    return render(request, "organisation/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(MANAGE)
@confirmed
def close(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Somebody leaves the bank from a day on."""
    person = _within(request, person_id)
    form = EndForm(request.POST or None)
    shown = {"person": person, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            if DO in request.POST:
                accounts.close(person, form.day, by=request.user)
                messages.success(request, gettext("The account is closed from that day on."))
                return redirect("organisation:person", person.pk)
            accounts.check_close(person, form.day, by=request.user)
            follows = consequences.of_closing(person, form.day)
            roles = [(role_name(each.role), each.unit.name) for each in follows.held]
            shown |= {"follows": follows, "roles": roles, "on": form.day}
            return render(request, "organisation/close_look.html", shown)
        except PostingRefused as refused:
            told(form, refused)
    return render(request, "organisation/close.html", shown, status=422 if form.errors else 200)


@require_POST
@never_cache
@needs(MANAGE)
@confirmed
def reopen(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Ask a second person to open an account again."""
    person = _within(request, person_id)
    try:
        accounts.propose_reopening(person, by=request.user)
        messages.success(request, gettext("Proposed. Somebody else decides."))
    except PostingRefused as refused:
        messages.error(request, refused.messages[0])
    return redirect("organisation:person", person.pk)


def _within(request: StaffRequest, person_id: UUID) -> User:
    """Somebody all of whose postings lie within reach: whoever keeps a part of the bank closes nobody of another."""
    person = get_object_or_404(people_seen(request.reach), pk=person_id)
    if not keeps(request.reach, person):
        raise VerbMissing(verb_named(MANAGE))
    return person
