"""Named readings of units and postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from yinuo.ground.access.among import Among
from yinuo.ground.people.models import Posting, Unit, UnitPlace
from yinuo.ground.people.tree import Tree

MOST_ROWS = 300
DEEP = 2


def posted(units: Collection[UUID], on: date) -> Counter[UUID]:
    """How many people are posted to each unit on a day."""
    found = Posting.objects.filter(Posting.on(on)).filter(Among("unit_id", units))
    return Counter(dict(found.values_list("unit_id").annotate(people=Count("user", distinct=True))))


def postings_at(unit: Unit, on: date) -> QuerySet[Posting]:
    """Who is posted to the unit on a day, deputies last."""
    found = Posting.objects.filter(Posting.on(on), unit=unit).select_related("user", "deputy_for")
    return found.order_by("deputy_for_id", "role", "user__username")


def places_of(unit: Unit) -> QuerySet[UnitPlace]:
    """Where the unit stood, stands and will stand, the latest first."""
    return unit.places.select_related("parent").order_by("-valid_from")


def below(tree: Tree, seen: frozenset[UUID], under: UUID | None) -> Iterator[tuple[int, Unit]]:
    """The units seen, down to DEEP below `under`, or below the highest ones; parents first."""
    tops = [under] if under else [each for each in tree.units if each in seen and _is_top(tree, seen, each)]
    waiting = [(0, unit_id) for unit_id in reversed(tops)]
    while waiting:
        depth, unit_id = waiting.pop()
        yield depth, tree.units[unit_id]
        if depth < DEEP:
            waiting += [
                (depth + 1, child) for child in reversed(tree.children.get(unit_id, ())) if child in seen
            ]


def named(tree: Tree, seen: frozenset[UUID], text: str) -> Iterator[Unit]:
    """The units seen whose code or name in any language holds the text."""
    wanted = text.casefold()
    for unit_id, unit in tree.units.items():
        words = (unit.code, unit.name_zh_hans, unit.name_en, unit.name_zh_hant)
        if unit_id in seen and any(wanted in word.casefold() for word in words):
            yield unit


def _is_top(tree: Tree, seen: frozenset[UUID], unit_id: UUID) -> bool:
    return tree.parents[unit_id] not in seen
