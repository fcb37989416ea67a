"""A list page's state, read from its address: view, filters, search text, order, page. A bad value is told,
not a 500.

listing = read_listing(request.GET, filters=FILTERS, sorts=SORTS, views=VIEWS)
cases = listing.narrow(Case.objects.filter(...))
counts = counted_each({"page": cases, "mine": ...})
page = keyset_page(cases, listing.order, request.GET, count=counts["page"])
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.hashable import make_hashable
from django.utils.translation import gettext as _

from yinuo.web.filters import Chip, Filter, Option, Text, chip_of, condition, given, read_value, said
from yinuo.web.keyset import (
    COUNTED,
    FILTERED,
    SIZES,
    BadCursor,
    Count,
    Page,
    beside,
    counted_each,
    counted_meanwhile,
    flat,
    keyset_page,
    url_with,
)
from yinuo.web.parts import Tab

__all__ = [
    "COUNTED", "FILTERED", "SIZES", "Asked", "BadCursor", "Chip", "Count", "Filter", "Listing", "Option", "Page", "Sort",
    "View", "beside", "counted_each", "counted_meanwhile", "keyset_page", "read_asked", "read_listing",
    "url_with", "view_tabs",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sort:
    """An order to choose; `order` as `keyset_page` takes it."""

    key: str
    label: Text
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a preset of the query. `where` narrows further; `tone` colours its count."""

    key: str
    label: Text
    where: Q | Callable[[], Q] | None = None
    preset: Mapping[str, str] = field(default_factory=dict)
    tone: str = ""

    @property
    def condition(self) -> Q:
        """What `where` asks for now; everything where it asks for nothing."""
        return self.where() if callable(self.where) else (self.where or Q())


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows the address asks for, and in which order."""

    view: View | None
    sort: Sort
    values: dict[str, Any]
    conditions: tuple[Q, ...]
    problems: list[str]

    @property
    def order(self) -> tuple[str, ...]:
        return self.sort.order

    @property
    def set_count(self) -> int:
        """How many filters are set."""
        return len(self.values)

    @property
    def key(self) -> Hashable:
        """What the rows asked for depend on, besides who asks and when."""
        view = self.view.key if self.view else ""
        return view, self.sort.key, make_hashable(self.values)

    def narrow(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The queryset under the view and every filter."""
        return queryset.filter(*self.conditions) if self.conditions else queryset


@dataclass(frozen=True)
class Listing(Asked):
    """What the address asks for, and how to say it."""

    query: Mapping[str, Any]
    filters: Sequence[Filter]
    offered: Sequence[Sort]

    @property
    def chips(self) -> list[Chip]:
        """The filters but for the search."""
        return [chip for chip in self._all_chips if chip.kind != "text"]

    @property
    def search(self) -> Chip | None:
        """The filter one types into, if there is one."""
        return next((chip for chip in self._all_chips if chip.kind == "text"), None)

    @cached_property
    def _all_chips(self) -> list[Chip]:
        return [chip_of(one, self.values.get(one.key), self.query) for one in self.filters]

    @property
    def sorts(self) -> list[Option]:
        """The orders to choose from."""
        sorts = self.offered
        return [Option(s.label, url_with(self.query, sort=s.key), s.key == self.sort.key) for s in sorts]

    @property
    def clear_url(self) -> str:
        """The address without any filter."""
        own = {one.key for one in self.filters}
        return url_with({k: v for k, v in self.query.items() if k not in own})

    @property
    def drawn_by(self) -> Hashable:
        """All that search, chips, orders and problems look like, besides the language: the address, and what it says
        and offers today."""
        return (
            tuple(flat(self.query)),
            self.key,
            tuple(self.problems),
            tuple((s.key, str(s.label)) for s in self.offered),
            tuple((one.key, one.kind, one.multiple, str(one.label), one.offered()) for one in self.filters),
        )


def read_asked(
    query: Mapping[str, Any],
    *,
    sorts: Sequence[Sort],
    filters: Sequence[Filter] = (),
    views: Sequence[View] = (),
) -> Asked:
    """Read the address. Unknown views, orders and values are named in `problems` and otherwise ignored."""
    problems: list[str] = []
    view = _chosen(views, query.get("view", ""), _("View"), problems) if views else None
    sort = _chosen(sorts, query.get("sort", ""), _("Order"), problems)
    conditions: list[Q] = [view.condition] if view and view.where is not None else []
    values: dict[str, Any] = {}
    preset = view.preset if view else {}
    for one in filters:
        asked = given(one, query) or ([preset[one.key]] if one.key in preset else [])
        value = read_value(one, asked, problems) if asked else None
        if value:
            values[one.key] = value
            conditions.append(condition(one, value))
    return Asked(view, sort, values, tuple(conditions), problems)


def read_listing(
    query: Mapping[str, Any],
    *,
    sorts: Sequence[Sort],
    filters: Sequence[Filter] = (),
    views: Sequence[View] = (),
) -> Listing:
    """Read the address as `read_asked` does, for a page that shows and changes it."""
    asked = read_asked(query, sorts=sorts, filters=filters, views=views)
    return Listing(
        asked.view, asked.sort, asked.values, asked.conditions, asked.problems, query, filters, sorts
    )


def view_tabs(
    views: Sequence[View], listing: Listing, count: Callable[[View], int | Count | None] | None = None
) -> list[Tab]:
    """The views as tabs, each a clean address of its own; `count(view)` gives the figure beside it."""
    tabs = []
    for view in views:
        figure = count(view) if count else None
        number = figure.value if isinstance(figure, Count) else figure
        current = listing.view is not None and listing.view.key == view.key
        tabs.append(Tab(str(view.label), f"?view={view.key}", number, current, view.tone if number else ""))
    return tabs


def _chosen(offered: Sequence[Any], asked: str, what: str, problems: list[str]) -> Any:
    found = next((one for one in offered if one.key == asked), None)
    if asked and found is None:
        problems.append(_("%(what)s: “%(value)s” is not known; the first one is shown.") % said(what, asked))
    return found or offered[0]
