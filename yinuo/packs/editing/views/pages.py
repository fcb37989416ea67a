"""What is in force, what waits for approval, what an edition says and what it changes, and who decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case, Step
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.upgrades import UPGRADE
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.editing.changeovers import left_behind
from yinuo.packs.editing.comparing import change_lines, conflict_lines, side_lines
from yinuo.packs.editing.moving import moving, visible
from yinuo.packs.editing.naming import crumbs_of, facts_of, language, named
from yinuo.web.edition_pages import Look, page_of
from yinuo.web.formats import moment
from yinuo.web.parts import Crumb
from yinuo.web.sheets import Cell, Sheet, Table

PINNED = ("promises", "process")  # open cases keep the edition they were opened with
LISTED = 200
PEOPLE = ("drafted_by", "approved_by", "retirement_asked_by", "unit")


@require_safe
@needs("editions.view")
def editions(request: StaffRequest) -> HttpResponse:
    """The edition in force of everything, drafts waiting first."""
    everything = Edition.objects.select_related(*PEOPLE).defer("content")
    ordered = everything.order_by("kind", "key", "unit__code", "-number")
    latest: dict[tuple[str, str, UUID | None], list[Edition]] = {}
    for edition in ordered:
        latest.setdefault((edition.kind, edition.key, edition.unit_id), []).append(edition)
    waiting = [named(edition) for edition in ordered if edition.state == Edition.State.DRAFT]
    newest = [named(found) for group in latest.values() if (found := _in_force(group))]
    return render(request, "editing/list.html", {"shelf": newest, "waiting": waiting})


def _in_force(editions: list[Edition]) -> Edition | None:
    """The one that holds now; else the newest that was approved or retired; None where there are only drafts."""
    now, approved = timezone.now(), [each for each in editions if each.state == Edition.State.APPROVED]
    holds = [each for each in approved if each.effective_from and each.effective_from <= now]
    newest = max(holds, key=lambda each: (each.effective_from, each.number), default=None)
    past = (each for each in editions if each.state != Edition.State.DRAFT and each.effective_from)
    return newest or next(past, None)


@require_safe
@needs("editions.view")
def edition(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """One edition: what it says, and what it changes."""
    return edition_page(request, found_edition(edition_id))


def found_edition(edition_id: UUID) -> Edition:
    """The edition with its people; 404 if there is none."""
    joined = (*PEOPLE, "shipped", "follows__shipped")
    return get_object_or_404(Edition.objects.select_related(*joined), pk=edition_id)


def edition_page(request: StaffRequest, found: Edition, refusal: str = "") -> HttpResponse:
    """The page of an edition, with a refusal where there is one."""
    before = before_of(found)
    lines = change_lines(before, found) if before else []
    return render(
        request,
        "editing/edition.html",
        {
            "edition": found,
            "before": before,
            "line": named(found),
            "crumbs": crumbs_of(found),
            "edition_facts": facts_of(found),
            "changes": lines,
            "sides": side_lines(before, found) if before and not lines else [],
            "sheets": sheets_of(found, request),
            "conflicts": conflict_lines(found),
            "moving": moving(found, request.reach),
            "behind": left_behind(found),
            "pinned": found.kind in PINNED and found.state == Edition.State.DRAFT,
            "refusal": refusal,
            **_may(found, request),
        },
        status=409 if refusal else 200,
    )


def _may(found: Edition, request: StaffRequest) -> dict[str, bool]:
    """What the reader may do with it."""
    drafts, approves = request.reach.holds("editions.draft"), request.reach.holds("editions.approve")
    own, is_draft = found.drafted_by_id == request.user.pk, found.state == Edition.State.DRAFT
    open_ = found.state != Edition.State.RETIRED and not found.confirmed
    proposed = found.retirement_asked_by_id
    approved = found.state == Edition.State.APPROVED
    return {
        "may_approve": open_ and not own and approves and not found.conflicts,
        "own_draft": open_ and own,
        "may_draft": drafts and not found.conflicts,
        "may_decide": drafts and bool(found.conflicts) and is_draft,
        "may_discard": drafts and is_draft,
        "may_renew": drafts and is_draft and found.note == UPGRADE and _overtaken(found),
        "may_ask_to_retire": drafts and approved and not proposed,
        "may_retire": approves and approved and bool(proposed) and proposed != request.user.pk,
        "own_retirement": approved and proposed == request.user.pk,
    }


def _overtaken(found: Edition) -> bool:
    """Whether something else is in force than what a proposal was put together with."""
    before = found.follows
    return before is not None and shelf.in_force(found.kind, found.key, timezone.now()).pk != before.pk


def before_of(found: Edition) -> Edition | None:
    """What an edition is compared with: a draft with what it would replace, anything else with the one before it."""
    if found.state == Edition.State.DRAFT:
        try:
            return shelf.in_force(found.kind, found.key, timezone.now(), found.unit_id)
        except EditionRefused:
            return None
    if found.follows is not None:
        return found.follows
    return others_of(found).filter(number__lt=found.number).exclude(effective_from=None).first()


def others_of(found: Edition) -> QuerySet[Edition]:
    """The other editions of the same thing, the newest first."""
    there = Edition.objects.filter(kind=found.kind, key=found.key).exclude(pk=found.pk)
    return there.select_related(*PEOPLE).order_by("-number")


def sheets_of(found: Edition, request: StaffRequest) -> Sequence[Sheet]:
    """What it says, as its kind lays it out; nothing where today's reader cannot read it any more."""
    try:
        return page_of(found.kind).sheets(shelf.parsed(found), Look(found, request.reach))
    except ValueError:
        return []


@require_safe
@needs("editions.view")
def compare(request: StaffRequest, edition_id: UUID) -> HttpResponse:
    """An edition beside any other of the same thing (`?with=`): by key, then line by line."""
    found = found_edition(edition_id)
    others = list(others_of(found))
    other = _other(found, others, request.GET.get("with", ""))
    page = {
        "edition": found,
        "line": named(found),
        "crumbs": [*crumbs_of(found, here=False), Crumb(_("Compare"))],
        "others": [named(each) for each in others],
        "other": named(other) if other else None,
        "changes": change_lines(other, found) if other else [],
        "sides": side_lines(other, found) if other else [],
    }
    return render(request, "editing/compare.html", page)


def _other(found: Edition, others: Iterable[Edition], asked: str) -> Edition | None:
    if not asked:
        return before_of(found)
    other = next((each for each in others if str(each.pk) == asked), None)
    if other is None:
        raise Http404
    return other


@require_safe
@needs("editions.view")
def step(request: StaffRequest, edition_id: UUID, step_key: str) -> HttpResponse:
    """The open cases that stand in one step of a process, the longest there first."""
    found = get_object_or_404(Edition.objects.select_related("unit"), pk=edition_id, kind="process")
    node = next((each for each in shelf.parsed(found).steps if each.key == step_key), None)
    if node is None:
        raise Http404
    name = node.words.to(language()) if node.words else step_key
    open_cases = visible(Case.objects.filter(process=found, is_open=True), request.reach)
    there = Step.objects.filter(case__in=open_cases, key=step_key, done_at=None, cancelled=False)
    listed = there.select_related("case__handling_unit").order_by("opened_at")[:LISTED]
    rows = [
        [
            Cell(each.case.number, url=case_kind(each.case.kind).url(each.case.number)),
            Cell(each.case.handling_unit.name),
            Cell(moment(each.opened_at)),
        ]
        for each in listed
    ]
    table = Table(name, [_("Case"), _("Handling unit"), _("In this step since")], rows)
    crumbs = [*crumbs_of(found, here=False), Crumb(name)]
    return render(request, "editing/step.html", {"sheet": table, "name": name, "crumbs": crumbs})
