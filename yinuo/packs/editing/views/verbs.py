"""What is done about an edition: drafted, decided, approved, put away, retired; each a POST that the page answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yinuo.engines.cases import previews
from yinuo.engines.editions import actions, upgrades
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.merging import Side
from yinuo.engines.editions.models import Edition
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.editing.comparing import conflict_lines
from yinuo.packs.editing.forms import EditionForm
from yinuo.packs.editing.naming import crumbs_of
from yinuo.packs.editing.views.pages import edition_page, found_edition
from yinuo.web.parts import Crumb


def _answered(
    request: StaffRequest, found: Edition, act: Callable[[], Edition | None], said: str
) -> HttpResponse:
    """Do it and go to the edition it leaves, or show the page with why it cannot be done."""
    try:
        left = act()
    except EditionRefused as error:
        return edition_page(request, found, str(error))
    messages.success(request, said)
    return redirect("editing:edition", (left or found).pk)


@require_POST
@needs("editions.approve")
def approve(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Bring a draft into force, or confirm a shipped edition."""
    found = found_edition(edition_id)

    def act() -> Edition:
        previews.need_preview(found)
        return actions.approve(found, by=request.user)

    later = found.starts_on is not None and found.starts_on > timezone.localdate()
    said = _("Approved; in force from that day") if later else _("Approved and in force")
    return _answered(request, found, act, said)


@require_POST
@needs("editions.draft")
def ask_to_retire(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Propose that it goes out of force."""
    found = found_edition(edition_id)

    def act() -> None:
        previews.need_retirable(found)
        actions.ask_to_retire(found, by=request.user)

    return _answered(request, found, act, _("Proposed; somebody else confirms it"))


@require_POST
@needs("editions.approve")
def retire(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Confirm that it goes out of force."""
    found = found_edition(edition_id)

    def act() -> None:
        previews.need_retirable(found)
        actions.retire(found, by=request.user)

    return _answered(request, found, act, _("Out of force"))


@require_POST
@needs("editions.draft")
def discard(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Put a draft away."""
    found = found_edition(edition_id)
    return _answered(request, found, lambda: actions.discard(found, by=request.user), _("Put away"))


@require_POST
@needs("editions.draft")
def decide(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Choose ours or theirs for every place that both changed; a draft of the whole comes of it."""
    found = found_edition(edition_id)
    sides: dict[str | None, Side] = {"ours": "ours", "theirs": "theirs"}
    said = {line.conflict.path: request.POST.get(line.name) for line in conflict_lines(found)}
    chosen = {path: sides[side] for path, side in said.items() if side in sides}
    note = request.POST.get("note", "").strip()[:500] or _("Decided beside a newer version of Yinuo")

    def act() -> Edition:
        written = upgrades.decide(found, chosen, by=request.user, note=note)
        previews.ask(written, by=request.user.pk)
        return written

    return _answered(request, found, act, _("Decided; somebody else approves the draft"))


@require_POST
@needs("editions.draft")
def renew(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Put a proposal together again from what is in force now."""
    found = found_edition(edition_id)
    return _answered(request, found, lambda: upgrades.put_together_again(found), _("Put together again"))


@require_POST
@needs("editions.draft")
def count(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Have it counted what a drafted calendar moves."""
    found = found_edition(edition_id)
    previews.ask(found, by=request.user.pk)
    return redirect("editing:edition", found.pk)


@needs("editions.draft")
def draft(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """Write the next edition from this one; from a proposal only once its conflicts are decided."""
    found = found_edition(edition_id)
    if found.conflicts:
        return redirect("editing:edition", found.pk)
    form = EditionForm(
        request.POST or None,
        request.FILES or None,
        edition=found,
        initial={"content": found.content, "unit": found.unit_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            written = _write(found, form.cleaned_data, request)
            return redirect("editing:edition", written.pk)
        except EditionRefused as error:
            form.add_error("file" if form.cleaned_data.get("file") else "content", str(error))
    crumbs = [*crumbs_of(found, here=False), Crumb(_("Draft the next edition"))]
    page = {"edition": found, "form": form, "crumbs": crumbs}
    return render(request, "editing/draft.html", page, status=422 if form.errors else 200)


def _write(found: Edition, said: dict[str, Any], request: StaffRequest) -> Edition:
    unit = said.get("unit")
    written = actions.draft(
        found.kind,
        found.key,
        said["content"],
        by=request.user,
        note=said["note"],
        unit=unit.pk if unit else None,
        starts_on=said.get("starts_on"),
        shipped=found.shipped,
        follows=_stem(found),
    )
    previews.ask(written, by=request.user.pk)
    return written


def _stem(found: Edition) -> Edition | None:
    """What a draft from this page follows: from a draft, what that one followed."""
    return found.follows if found.state == Edition.State.DRAFT else found
