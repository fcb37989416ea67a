"""Which units somebody sees on a day, by today's postings."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils import timezone

from yinuo.ground.access.reach import Reach
from yinuo.ground.people.tree import Tree


def units_seen(reach: Reach, verb: str, tree: Tree, on: date) -> frozenset[UUID]:
    """The units of the day's tree that the verb reaches.

    What is planned below a unit that is reached today is seen; what left one's units is not seen by looking back.
    """
    reached = reach.units(verb)
    if on <= timezone.localdate():
        return reached.intersection(tree.units)
    return frozenset().union(*(tree.subtree(unit_id) for unit_id in reached))
