"""Tabs, filters, pager, hint bar, breadcrumbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from yinuo.ground.people.models import Unit
from yinuo.web import leaves
from yinuo.web.bulk import Bar
from yinuo.web.bulk_rows import box
from yinuo.web.keyset import Page
from yinuo.web.lists import Listing
from yinuo.web.parts import Crumb, Key, Neighbours, Tab
from yinuo.web.period_asked import Asked
from yinuo.web.tags.component import Offered

offered = Offered()


@offered.component("tabs")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Saved views above a list."""
    return {"items": items, "label": label}


@offered.component("segments")
def segments(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """A segmented choice of links with counts."""
    return {"items": items, "label": label}


@offered.component("filters", by=lambda listing: listing.drawn_by)
def filter_bar(listing: Listing) -> dict[str, Any]:
    """Search, chips, order, "clear all" and the problems of the address."""
    return {"listing": listing}


offered["options"] = leaves.options
offered["select_row"] = box


@offered.component("pager")
def pager(page: Page, dense: bool = True) -> dict[str, Any]:
    """Count, place, density, page size, previous and next."""
    return {"page": page, "dense": dense}


@offered.component("updates")
def updates_pill() -> dict[str, Any]:
    """The pill "2 updates" that a live list shows while somebody works in it."""
    return {}


@offered.component("bulk_bar")
@pass_context
def bulk_bar(context: Context, bar: Bar) -> dict[str, Any]:
    """What can be done with the selected rows; it shows itself while there are any."""
    return {"bar": bar, "csrf_input": context.get("csrf_input")}


@offered.component("select_page")
def select_page() -> dict[str, Any]:
    """The heading of the boxes: all rows of this page, where scripts run."""
    return {}


@offered.component("hints")
def hint_bar(keys: Sequence[Key] = ()) -> dict[str, Any]:
    """The shortcuts of a page along its lower edge."""
    return {"keys": [(key.keys.split(), key.label) for key in keys]}


@offered.component("crumbs")
def breadcrumbs(items: Sequence[Crumb], neighbours: Neighbours | None = None) -> dict[str, Any]:
    """Where this page is, and previous/next in the list it was opened from."""
    return {"items": items, "neighbours": neighbours}


@offered.component("period")
def period_picker(asked: Asked, units: Sequence[Unit] = ()) -> dict[str, Any]:
    """The period before and after, and the unit where there are some to choose."""
    return {"asked": asked, "units": units}
