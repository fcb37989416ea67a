"""Tabs, filters, pager, hint bar, breadcrumbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template import Context, Library

from yinuo.ground.people.models import Unit
from yinuo.web import leaves
from yinuo.web.bulk import Bar
from yinuo.web.keyset import Page
from yinuo.web.lists import Listing
from yinuo.web.parts import Crumb, Key, Neighbours, Tab
from yinuo.web.period_asked import Asked
from yinuo.web.tags.component import FOLDER, component

register = Library()


@component(register, "tabs")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Saved views above a list."""
    return {"items": items, "label": label}


@component(register, "segments")
def segments(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """A segmented choice of links with counts."""
    return {"items": items, "label": label}


@component(register, "filters")
def filter_bar(listing: Listing) -> dict[str, Any]:
    """Search, chips, order, "clear all" and the problems of the address."""
    return {"listing": listing}


register.simple_tag(leaves.options, name="options")


@component(register, "pager")
def pager(page: Page, dense: bool = True) -> dict[str, Any]:
    """Count, place, density, page size, previous and next."""
    return {"page": page, "dense": dense}


@component(register, "updates")
def updates_pill() -> dict[str, Any]:
    """The pill "2 updates" that a live list shows while somebody works in it."""
    return {}


@register.inclusion_tag(f"{FOLDER}/bulk_bar.html", takes_context=True)
def bulk_bar(context: Context, bar: Bar) -> dict[str, Any]:
    """What can be done with the selected rows; it shows itself while there are any."""
    return {"bar": bar, "csrf_token": context.get("csrf_token")}


@component(register, "select_page")
def select_page() -> dict[str, Any]:
    """The heading of the boxes: all rows of this page, where scripts run."""
    return {}


@component(register, "hints")
def hint_bar(keys: Sequence[Key] = ()) -> dict[str, Any]:
    """The shortcuts of a page along its lower edge."""
    return {"keys": [(key.keys.split(), key.label) for key in keys]}


@component(register, "crumbs")
def breadcrumbs(items: Sequence[Crumb], neighbours: Neighbours | None = None) -> dict[str, Any]:
    """Where this page is, and previous/next in the list it was opened from."""
    return {"items": items, "neighbours": neighbours}


@component(register, "period")
def period_picker(asked: Asked, units: Sequence[Unit] = ()) -> dict[str, Any]:
    """The period before and after, and the unit where there are some to choose."""
    return {"asked": asked, "units": units}
