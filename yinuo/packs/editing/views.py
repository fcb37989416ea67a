"""Editions: what is in force, what waits for approval, what changed, and who decided."""

from __future__ import annotations

import difflib
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.editions import actions, shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.svg import draw
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.web.formats import moment
from yinuo.web.parts import Crumb, Pair

MOST_CONTENT = 500_000


class EditionForm(forms.Form):
    """A new edition as text; its kind's own reader says what is wrong."""

    content = forms.CharField(
        label=gettext_lazy("Content"),
        max_length=MOST_CONTENT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    note = forms.CharField(label=gettext_lazy("Why"), max_length=500)


@require_safe
@needs("editions.view")
def editions(request: StaffRequest) -> HttpResponse:
    """The newest edition of everything, drafts waiting first."""
    everything = Edition.objects.select_related("drafted_by", "approved_by").order_by(
        "kind", "key", "-number"
    )
    latest: dict[tuple[str, str], list[Edition]] = {}
    for edition in everything:
        latest.setdefault((edition.kind, edition.key), []).append(edition)
    waiting = [edition for edition in everything if edition.state == Edition.State.DRAFT]
    return render(request, "editing/list.html", {"shelf": list(latest.values()), "waiting": waiting})


@require_safe
@needs("editions.view")
def edition(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """One edition: its text or drawing, and what changed since the one before."""
    return _page(request, _found(edition_id))


def _found(edition_id: UUID) -> Edition:
    return get_object_or_404(Edition.objects.select_related("drafted_by", "approved_by"), pk=edition_id)


def _page(request: StaffRequest, found: Edition, refusal: str = "") -> HttpResponse:
    before = (
        Edition.objects.filter(kind=found.kind, key=found.key, number__lt=found.number)
        .order_by("-number")
        .first()
    )
    own = found.drafted_by_id == request.user.pk
    open_ = found.state != Edition.State.RETIRED and not found.confirmed
    drawing = (
        draw(shelf.parsed(found), language=get_language() or "zh-hans") if found.kind == "process" else ""
    )
    return render(
        request,
        "editing/edition.html",
        {
            "edition": found,
            "before": before,
            "crumbs": [Crumb(_("Rules and editions"), reverse("editing:list")), Crumb(str(found))],
            "edition_facts": facts_of(found),
            "changes": changes(before.content, found.content) if before else [],
            "drawing": drawing,
            "may_approve": open_ and not own and request.reach.holds("editions.approve"),
            "own_draft": open_ and own,
            "may_draft": request.reach.holds("editions.draft"),
            "refusal": refusal,
        },
        status=409 if refusal else 200,
    )


def facts_of(found: Edition) -> list[Pair]:
    """Who decided what when."""
    effective = moment(found.effective_from) if found.effective_from else None
    return [
        Pair(_("State"), found.get_state_display()),
        Pair(_("Origin"), found.origin),
        Pair(
            _("In force since"),
            _("the beginning") if effective and effective.startswith("2000") else effective,
        ),
        Pair(_("Drafted by"), found.drafted_by.name if found.drafted_by else found.origin),
        Pair(
            _("Approved by"),
            found.approved_by.name if found.approved_by else _("not confirmed by the bank yet"),
        ),
        Pair(_("Why"), found.note or None),
        Pair("SHA-256", found.digest[:16]),
    ]


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of a unified difference as (kind, text): kind is + - @ or a blank."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return [
        (line[:1], line[1:] if line[:1] in "+- " else line)
        for line in lines
        if not line.startswith(("+++", "---"))
    ]


@require_POST
@needs("editions.approve")
def approve(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Bring a draft into force, or confirm a shipped edition."""
    found = _found(edition_id)
    try:
        actions.approve(found, by=request.user)
    except EditionRefused as error:
        return _page(request, found, str(error))
    messages.success(request, _("Approved and in force"))
    return redirect("editing:edition", found.pk)


@needs("editions.draft")
def draft(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Write the next edition from this one."""
    found = _found(edition_id)
    form = EditionForm(request.POST or None, initial={"content": found.content})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            written = actions.draft(
                found.kind, found.key, said["content"], by=request.user, note=said["note"]
            )
            return redirect("editing:edition", written.pk)
        except EditionRefused as error:
            form.add_error("content", str(error))
    return render(
        request, "editing/draft.html", {"edition": found, "form": form}, status=422 if form.errors else 200
    )
