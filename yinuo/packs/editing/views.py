"""Editions: what is in force, what waits for approval, what changed, and who decided."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.cases import previews
from yinuo.engines.editions import actions, shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.load import UPGRADE
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.svg import draw
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.editing.moving import moving
from yinuo.web.formats import moment
from yinuo.web.parts import Crumb, Pair
from yinuo.web.plain_form import PlainForm

MOST_CONTENT = 500_000
PINNED = ("promises", "process")  # open cases keep the edition they were opened with
KINDS = {
    "bank": gettext_lazy("Bank details"),
    "calendar": gettext_lazy("Working calendar"),
    "ledger": gettext_lazy("Complaint ledger"),
    "letters": gettext_lazy("Letters"),
    "mapping": gettext_lazy("Import mapping"),
    "process": gettext_lazy("Process drawing"),
    "promises": gettext_lazy("Promises"),
    "redress": gettext_lazy("Limits of redress"),
    "targets": gettext_lazy("Targets"),
    "terms": gettext_lazy("Code lists"),
}
KEYS = {
    "cfpb": gettext_lazy("CFPB public complaints"),
    "china": gettext_lazy("Mainland China"),
    "complaints": gettext_lazy("Complaints"),
    "plan003": gettext_lazy("Plan 003"),
    "own": gettext_lazy("This bank"),
    "programme": gettext_lazy("Service programme"),
    "public": gettext_lazy("Public complaint data"),
}


class EditionForm(PlainForm):
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
    waiting = [named(edition) for edition in everything if edition.state == Edition.State.DRAFT]
    newest = [named(_in_force(editions)) for editions in latest.values()]
    return render(request, "editing/list.html", {"shelf": newest, "waiting": waiting})


def _in_force(editions: list[Edition]) -> Edition:
    """The newest that is no draft; where there is only a draft, that."""
    return next((edition for edition in editions if edition.state != Edition.State.DRAFT), editions[0])


@dataclass(frozen=True, slots=True)
class Line:
    """An edition with its names in the reader's language."""

    edition: Edition
    kind: str
    of: str
    origin: str
    since: str


def named(edition: Edition) -> Line:
    """Kind, key, origin and date as words; a kind or key without words shows as it is written."""
    kind = str(KINDS.get(edition.kind, edition.kind))
    return Line(edition, kind, str(KEYS.get(edition.key, edition.key)), _origin(edition), _since(edition))


def _origin(edition: Edition) -> str:
    shipped, at, version = edition.origin.partition("@")
    if not at or shipped != "shipped":
        return _("the bank")
    if version == "source":  # run from a source tree, which has no version
        return _("shipped with Yinuo")
    return _("shipped with Yinuo, %(version)s") % {"version": version}


def _since(edition: Edition) -> str:
    if edition.effective_from is None:
        return "--"
    effective = moment(edition.effective_from)
    return _("the beginning") if effective.startswith("2000") else effective


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
            "line": named(found),
            "crumbs": _crumbs(found),
            "edition_facts": facts_of(found),
            "changes": changes(before.content, found.content) if before else [],
            "drawing": drawing,
            "moving": moving(found, request.reach),
            "pinned": found.kind in PINNED and found.state == Edition.State.DRAFT,
            "may_approve": open_ and not own and request.reach.holds("editions.approve"),
            "own_draft": open_ and own,
            "may_draft": request.reach.holds("editions.draft"),
            "refusal": refusal,
        },
        status=409 if refusal else 200,
    )


def _crumbs(found: Edition, *, here: bool = True) -> list[Crumb]:
    line = named(found)
    own = Crumb(f"{line.kind} · {line.of}", "" if here else reverse("editing:edition", args=[found.pk]))
    return [Crumb(_("Rules and editions"), reverse("editing:list")), own]


def facts_of(found: Edition) -> list[Pair]:
    """Who decided what when."""
    line = named(found)
    return [
        Pair(_("State"), found.get_state_display()),
        Pair(_("Origin"), line.origin),
        Pair(_("In force since"), line.since),
        Pair(_("Drafted by"), found.drafted_by.name if found.drafted_by else line.origin),
        Pair(
            _("Approved by"),
            found.approved_by.name if found.approved_by else _("not confirmed by the bank yet"),
        ),
        Pair(_("Why"), _why(found)),
        Pair("SHA-256", found.digest[:16]),
    ]


def _why(found: Edition) -> str | None:
    """What its author said; a newer version of the house says nothing but that it is newer."""
    if found.note == UPGRADE:
        return _("A newer version of Yinuo brings it.")
    return found.note or None


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of a unified difference as (kind, text): kind is + - @ or a blank."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return [(line[:1], line[1:]) for line in list(lines)[2:]]


@require_POST
@needs("editions.approve")
def approve(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Bring a draft into force, or confirm a shipped edition."""
    found = _found(edition_id)
    try:
        previews.need_preview(found)
        actions.approve(found, by=request.user)
    except EditionRefused as error:
        return _page(request, found, str(error))
    messages.success(request, _("Approved and in force"))
    return redirect("editing:edition", found.pk)


@require_POST
@needs("editions.draft")
def count(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Have it counted what a drafted calendar moves."""
    found = _found(edition_id)
    previews.ask(found, by=request.user.pk)
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
            previews.ask(written, by=request.user.pk)
            return redirect("editing:edition", written.pk)
        except EditionRefused as error:
            form.add_error("content", str(error))
    crumbs = [*_crumbs(found, here=False), Crumb(_("Draft the next edition"))]
    page = {"edition": found, "form": form, "crumbs": crumbs}
    return render(request, "editing/draft.html", page, status=422 if form.errors else 200)
