"""Units: the tree on a day, searched by name or code; one unit, where it stood, and who is posted there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import Tree, tree
from yinuo.packs.organisation import queries
from yinuo.packs.organisation.days import AskedDay, asked_day
from yinuo.packs.organisation.pack import MANAGE, VIEW
from yinuo.packs.organisation.people import posting_line
from yinuo.packs.organisation.scope import units_seen
from yinuo.packs.organisation.words import kind_name, layer_name, state_of
from yinuo.web.filters import MOST_TEXT
from yinuo.web.formats import day as in_figures


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the tree; `more` says how many units stand below it that this page does not show."""

    unit: Unit
    depth: int
    kind: str
    path: str
    people: int
    beneath: int
    more: bool
    state: str
    tone: str


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """The tree on a day, two levels below the unit asked for; or every unit whose name or code holds the text."""
    asked = asked_day(request)
    today = tree(asked.day)
    seen = units_seen(request.reach, VIEW, today, asked.day)
    text = request.GET.get("q", "").strip()[:MOST_TEXT]
    under = _under(request, seen)
    if text:
        found = [(0, unit) for unit in islice(queries.named(today, seen, text), queries.MOST_ROWS + 1)]
    else:
        found = list(islice(queries.below(today, seen, under), queries.MOST_ROWS + 1))
    shown = found[: queries.MOST_ROWS]
    people = queries.posted([unit.pk for _depth, unit in shown], asked.day)
    context = {
        "asked": asked,
        "text": text,
        "under": today.units[under] if under else None,
        "above": _path(today, seen, under) if under else [],
        "lines": [_line(today, seen, unit, depth, people[unit.pk], asked.day) for depth, unit in shown],
        "too_many": len(found) > len(shown),
        "most": queries.MOST_ROWS,
        "total": len(seen),
        "may": request.reach.holds(MANAGE),
    }
    return render(request, "organisation/units.html", context)


@require_safe
@needs(VIEW)
def unit(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """One unit on a day; before it opens, on its first day."""
    found = get_object_or_404(Unit, pk=unit_id)
    asked = asked_day(request)
    if found.opened_on > asked.day:
        asked = AskedDay(found.opened_on, False, asked.problem)
    that_day = tree(asked.day)
    seen = units_seen(request.reach, VIEW, that_day, asked.day)
    if found.pk not in seen:
        raise Http404
    state, tone = state_of(found, asked.day)
    beneath = [that_day.units[each] for each in that_day.children.get(found.pk, ()) if each in seen]
    context = {
        "unit": found,
        "asked": asked,
        "kind": kind_name(found.kind),
        "layer": layer_name(found.layer),
        "state": state,
        "tone": tone,
        "above": _path(that_day, seen, found.pk),
        "beneath": beneath,
        "places": [
            (place.parent, in_figures(place.valid_from), in_figures(place.valid_to) if place.valid_to else "")
            for place in queries.places_of(found)
        ],
        "postings": [posting_line(each, asked.day) for each in queries.postings_at(found, asked.day)],
        "may": request.reach.may(MANAGE, found.pk),
    }
    return render(request, "organisation/unit.html", context)


def _under(request: StaffRequest, seen: frozenset[UUID]) -> UUID | None:
    """The unit whose part of the tree is asked for; 404 for one that is not seen."""
    said = request.GET.get("under", "")
    if not said:
        return None
    try:
        under = UUID(said)
    except ValueError:
        raise Http404 from None
    if under not in seen:
        raise Http404
    return under


def _path(that_day: Tree, seen: frozenset[UUID], unit_id: UUID) -> list[Unit]:
    """The units above, the highest first, as far as they are seen."""
    return [that_day.units[each] for each in reversed(that_day.ancestors(unit_id)) if each in seen]


def _line(that_day: Tree, seen: frozenset[UUID], unit: Unit, depth: int, people: int, on: date) -> Line:
    state, tone = state_of(unit, on)
    path = " › ".join(each.name for each in _path(that_day, seen, unit.pk))
    beneath = len(that_day.subtree(unit.pk)) - 1
    more = bool(beneath) and depth >= queries.DEEP
    return Line(unit, depth, kind_name(unit.kind), path, people, beneath, more, state, tone)
