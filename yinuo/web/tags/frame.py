"""What stands around every page: the places to go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yinuo.web.navigation import PlaceGroup
from yinuo.web.tags.component import Offered

MOST_TABS = 3

offered = Offered()


@offered.component("places", by=tuple)
def places(groups: Sequence[PlaceGroup]) -> dict[str, Any]:
    """The side navigation."""
    return {"groups": groups}


@offered.component("phone_places", by=tuple)
def phone_places(groups: Sequence[PlaceGroup]) -> dict[str, Any]:
    """The first few places as tabs at the bottom of a phone, and all of them behind the last."""
    tabs = [place for group in groups for place in group.places if place.tab]
    return {"groups": groups, "tabs": tabs[:MOST_TABS]}
