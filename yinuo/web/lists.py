"""A list page's state, read from its address: view, filters, search text, order, page. A bad value is told,
not a 500.

listing = read_listing(request.GET, filters=FILTERS, sorts=SORTS, views=VIEWS)
page = keyset_page(listing.narrow(Case.objects.filter(...)), listing.order, request.GET)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinuo.web.filters import Chip, Filter, Option, Text, chip_of, condition, given, read_value, said
from yinuo.web.keyset import COUNTED, SIZES, BadCursor, Count, Page, counted, keyset_page, url_with
from yinuo.web.parts import Tab

__all__ = [
    "COUNTED", "SIZES", "BadCursor", "Chip", "Count", "Filter", "Listing", "Option", "Page", "Sort", "View",
    "counted", "keyset_page", "read_listing", "view_tabs",
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


@dataclass(frozen=True, slots=True)
class Listing:
    """What the address asks for, and how to say it."""

    view: View | None
    sort: Sort
    values: dict[str, Any]
    conditions: tuple[Q, ...]
    chips: list[Chip]
    sorts: list[Option]
    problems: list[str]
    clear_url: str
    search: Chip | None = None

    @property
    def order(self) -> tuple[str, ...]:
        return self.sort.order

    @property
    def set_count(self) -> int:
        """How many filters are set."""
        return len(self.values)

    def narrow(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The queryset under the view and every filter."""
        return queryset.filter(*self.conditions) if self.conditions else queryset


def read_listing(
    query: Mapping[str, Any],
    *,
    sorts: Sequence[Sort],
    filters: Sequence[Filter] = (),
    views: Sequence[View] = (),
) -> Listing:
    """Read the address. Unknown views, orders and values are named in `problems` and otherwise ignored."""
    problems: list[str] = []
    view = _chosen(views, query.get("view", ""), _("View"), problems) if views else None
    sort = _chosen(sorts, query.get("sort", ""), _("Order"), problems)
    conditions: list[Q] = [_view_condition(view)] if view and view.where is not None else []
    values: dict[str, Any] = {}
    preset = view.preset if view else {}
    for one in filters:
        asked = given(one, query) or ([preset[one.key]] if one.key in preset else [])
        value = read_value(one, asked, problems) if asked else None
        if value:
            values[one.key] = value
            conditions.append(condition(one, value))
    chips = [chip_of(one, values.get(one.key), query) for one in filters]
    own = {one.key for one in filters}
    return Listing(
        view=view,
        sort=sort,
        values=values,
        conditions=tuple(conditions),
        chips=[chip for chip in chips if chip.kind != "text"],
        sorts=[Option(s.label, url_with(query, sort=s.key), s.key == sort.key) for s in sorts],
        problems=problems,
        clear_url=url_with({k: v for k, v in query.items() if k not in own}),
        search=next((chip for chip in chips if chip.kind == "text"), None),
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


def _view_condition(view: View) -> Q:
    return view.where() if callable(view.where) else (view.where or Q())
<<<<<<< HEAD


def _read(one: Filter, given: Sequence[str], problems: list[str]) -> Any:
    if one.kind == "text":
        return " ".join(str(given[0])[:MOST_TEXT].replace("\x00", "").split())
    if one.kind == "days":
        return _days(one, str(given[0]), problems)
    allowed = {value for value, _label in one.options()}
    asked = list(dict.fromkeys(given)) if one.multiple else list(given)[:1]
    for bad in (value for value in asked if value not in allowed):
        problems.append(
            _("%(what)s: “%(value)s” is not one of the choices and is left out.") % _said(one.label, bad)
        )
    return [value for value in asked if value in allowed]


def _days(one: Filter, text: str, problems: list[str]) -> tuple[date | None, date | None] | None:
    first, _sep, last = text.partition("~")
    try:
        start, end = (date.fromisoformat(part) if part else None for part in (first, last))
    except ValueError:
        start = end = None
        bad = True
    else:
        bad = (start is not None and end is not None and start > end) or date.max in (start, end)
    if bad:
        problem = _("%(what)s: “%(value)s” is not a period; write 2026-01-01~2026-09-28. It is left out.")
        problems.append(problem % _said(one.label, text))
        return None
    return (start, end) if start or end else None


def _condition(one: Filter, value: Any) -> Q:
    if callable(one.where):
        return one.where(value)
    name = one.where or one.key
    if one.kind == "text":
        return Q(**{f"{name}__icontains": value})
    if one.kind == "days":
        start, end = value
        zone = timezone.get_current_timezone()
        wanted = Q(**{f"{name}__gte": datetime.combine(start, time(), zone)}) if start else Q()
        return wanted & (
            Q(**{f"{name}__lt": datetime.combine(end + timedelta(1), time(), zone)}) if end else Q()
        )
    return Q(**{f"{name}__in": value})


def _chip(one: Filter, value: Any, query: Mapping[str, Any]) -> Chip:
    kept = [
        (k, str(v))
        for k, v in _flat(query)
        if k not in (one.key, f"{one.key}_from", f"{one.key}_to", "after", "before")
    ]
    clear = _url(dict(kept))
    if one.kind == "text":
        return Chip(one.key, one.label, one.kind, value or "", clear, [], kept=kept)
    if one.kind == "days":
        start, end = (d.isoformat() if d else "" for d in (value or (None, None)))
        return Chip(
            one.key,
            one.label,
            one.kind,
            f"{start}{RANGE}{end}".strip() if value else "",
            clear,
            [],
            start,
            end,
            kept,
        )
    chosen = value or []
    options = [Option(label, _toggled(one, key, chosen, kept), key in chosen) for key, label in one.options()]
    told = "、".join(str(label) for key, label in one.options() if key in chosen)
    return Chip(one.key, one.label, one.kind, told, clear, options, kept=kept)


def _toggled(one: Filter, key: str, chosen: Sequence[str], kept: list[tuple[str, str]]) -> str:
    """The address with this choice taken or given back."""
    from urllib.parse import urlencode

    if not one.multiple:
        wanted = [] if key in chosen else [key]
    else:
        wanted = [c for c in chosen if c != key] if key in chosen else [*chosen, key]
    return "?" + urlencode([*kept, *[(one.key, value) for value in wanted]])
=======
>>>>>>> web
