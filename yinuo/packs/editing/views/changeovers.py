"""Changing open cases over to the process in force: the map and its proof, the proposal, its approval, its job."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.cases import changeover_counts as counts
from yinuo.engines.cases import changing_over
from yinuo.engines.cases.changeovers import Changeover, proof_of
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.proving import proposal
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.jobs.run import ask_to_cancel, resume
from yinuo.packs.editing.changeovers import chosen, facts_of, map_rows, shown
from yinuo.packs.editing.naming import crumbs_of, named
from yinuo.packs.editing.views.pages import edition_page, found_edition
from yinuo.web.parts import Crumb

MOST_WORDS = 500
PEOPLE = ("old__unit", "new__unit", "proposed_by", "decided_by")


@needs("editions.draft")
def change_over(request: StaffRequest, edition_id: UUID, old_id: UUID) -> HttpResponse:
    """The map from an earlier edition: proposed by id, changed by hand, proven as often as wished, then proposed."""
    new, old = found_edition(edition_id), found_edition(old_id)
    try:
        changing_over.need_in_force(old, new, timezone.now())
    except EditionRefused as error:
        return edition_page(request, new, str(error))
    if request.method != "POST":
        places = proposal(shelf.parsed(old), shelf.parsed(new))
        return _map_page(request, old, new, places)
    places = chosen(shelf.parsed(old), shelf.parsed(new), request.POST)
    if request.POST.get("act") != "propose":
        return _map_page(request, old, new, places)
    return _propose(request, old, new, places)


def _propose(request: StaffRequest, old: Edition, new: Edition, places: dict[str, str]) -> HttpResponse:
    note = request.POST.get("note", "").strip()[:MOST_WORDS]
    if not note:
        return _map_page(request, old, new, places, _("Say why, for whoever approves it."))
    try:
        made = changing_over.propose(old, new, places, note=note, by=request.user)
    except EditionRefused as error:
        return _map_page(request, old, new, places, str(error))
    messages.success(request, _("Proposed; somebody else approves it"))
    return redirect("editing:changeover", made.pk)


def _map_page(
    request: StaffRequest, old: Edition, new: Edition, places: dict[str, str], refusal: str = ""
) -> HttpResponse:
    proof = proof_of(old.pk, new.pk, places)
    page = {
        "old": old,
        "new": new,
        "line": named(new),
        "crumbs": [*crumbs_of(new, here=False), Crumb(_("Changeover"))],
        "rows": map_rows(old, new, proof),
        "moves_any": proof.moves_any,
        "note": request.POST.get("note", ""),
        "refusal": refusal,
        "most_words": MOST_WORDS,
    }
    return render(request, "editing/change_over.html", page, status=422 if refusal else 200)


@require_safe
@needs("editions.view")
def changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """One changeover: the map, what it moves, who decided, how far its job is."""
    return _page(request, _found(changeover_id))


def _found(changeover_id: UUID) -> Changeover:
    return get_object_or_404(Changeover.objects.select_related(*PEOPLE), pk=changeover_id)


def _page(request: StaffRequest, found: Changeover, refusal: str = "") -> HttpResponse:
    drafts, approves = request.reach.holds("editions.draft"), request.reach.holds("editions.approve")
    own, waits = found.proposed_by_id == request.user.pk, found.state == Changeover.State.PROPOSED
    page = {
        "changeover": found,
        "line": named(found.new),
        "crumbs": [*crumbs_of(found.new, here=False), Crumb(_("Changeover"))],
        "about": facts_of(found),
        "shown": shown(found, request.reach),
        "may_decide": waits and approves and not own,
        "may_withdraw": waits and drafts and own,
        "may_count": waits and drafts,
        "may_run": found.state == Changeover.State.APPROVED and approves,
        "own": waits and own,
        "refusal": refusal,
    }
    return render(request, "editing/changeover.html", page, status=409 if refusal else 200)


def _answered(request: StaffRequest, found: Changeover, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it and go back to its page, or show there why it cannot be done."""
    try:
        act()
    except EditionRefused as error:
        return _page(request, found, str(error))
    messages.success(request, said)
    return redirect("editing:changeover", found.pk)


@require_POST
@needs("editions.approve")
def approve_changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """Approve it: the cases change over in the background."""
    found = _found(changeover_id)
    return _answered(
        request,
        found,
        lambda: changing_over.approve(found, by=request.user),
        _("Approved; the cases change over now"),
    )


@require_POST
@needs("editions.approve")
def refuse_changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """Decide that the cases stay."""
    found = _found(changeover_id)
    return _answered(
        request,
        found,
        lambda: changing_over.refuse(found, by=request.user),
        _("Not approved; the cases stay"),
    )


@require_POST
@needs("editions.draft")
def withdraw_changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    found = _found(changeover_id)
    return _answered(request, found, lambda: changing_over.withdraw(found, by=request.user), _("Withdrawn"))


@require_POST
@needs("editions.draft")
def count_changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """Have it counted again what it moves."""
    found = _found(changeover_id)
    if found.state == Changeover.State.PROPOSED:
        counts.ask(found, by=request.user.pk)
    return redirect("editing:changeover", found.pk)


@require_POST
@needs("editions.approve")
def stop_changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """Stop the job; what changed over stays so."""
    found = _found(changeover_id)
    job = counts.run_of(found)
    if job is not None:
        ask_to_cancel(job.pk)
    return redirect("editing:changeover", found.pk)


@require_POST
@needs("editions.approve")
def resume_changeover(request: StaffRequest, changeover_id: UUID) -> HttpResponse:
    """Let a stopped job go on where it stopped."""
    found = _found(changeover_id)
    job = counts.run_of(found)
    if job is not None:
        resume(job.pk)
    return redirect("editing:changeover", found.pk)
