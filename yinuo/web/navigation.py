"""The registry of places: packs declare their items, the shell shows those whose verb the viewer holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yinuo.facts.questions import Asked

Text = str | Promise
MOST_COUNTED = (
    99  # beside a place; whoever has more to do needs no exact figure there, and every page counts it
)
GROUPS: dict[str, Text] = {
    "cockpit": "",
    "voice": _("Voice of the customer"),
    "quality": _("Quality management"),
    "capability": _("Skills and risk"),
    "output": _("Output"),
    "admin": _("Administration"),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the side navigation.

    `group`: a key of GROUPS. `url`: a path or a URL name. `verb`: needed to see it ("" = every signed-in person).
    `count(request)`: the small number beside it, counted to one more than MOST_COUNTED; `asks(request)`: the questions
    it asks, so that a page can ask them ahead. `tab`: also among the phone's bottom tabs, with `short` where the label
    is too long for it. `below`: path prefixes that belong to it besides its own.
    """

    group: str
    label: Text
    url: str
    icon: str
    verb: str = ""
    count: Callable[[HttpRequest], int | None] | None = None
    tab: bool = True
    order: int = 50
    below: tuple[str, ...] = ()
    short: Text = ""
    asks: Callable[[HttpRequest], Sequence[Asked]] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A NavItem as the shell draws it for one request, in the reader's language."""

    label: str
    url: str
    icon: str
    count: int | None
    current: bool
    tab: bool
    short: str


class PlaceGroup(NamedTuple):
    label: str
    places: tuple[Place, ...]


_items: list[NavItem] = []


def declare_nav(item: NavItem) -> None:
    """Add an item; declaring the same url again replaces it. ValueError for a group that does not exist."""
    if item.group not in GROUPS:
        raise ValueError(f"navigation group {item.group!r} is not one of {', '.join(GROUPS)}")
    _items[:] = [old for old in _items if old.url != item.url]
    _items.append(item)


def holds(request: HttpRequest, verb: str) -> bool:
    """Whether the viewer holds a verb anywhere. Without a reach on the request nobody holds any."""
    if not verb:
        return True
    reach = getattr(request, "reach", None)
    return bool(reach is not None and reach.holds(verb))


def visible_items(request: HttpRequest) -> list[tuple[NavItem, str]]:
    """The items the viewer may see with their paths, in group and order."""
    places = list(GROUPS)
    found = []
    for item in sorted(_items, key=lambda item: (places.index(item.group), item.order, item.url)):
        path = path_of(item.url)
        if path and holds(request, item.verb):
            found.append((item, path))
    return found


def asked_on_every_page(request: HttpRequest) -> list[Asked]:
    """What the navigation will ask when it is drawn."""
    return [
        asked for item in _items if item.asks and holds(request, item.verb) for asked in item.asks(request)
    ]


def path_of(url: str) -> str:
    """A path as it is, a URL name reversed, "" when the name is not mounted (its pack is absent)."""
    return url if url.startswith("/") else _reversed(url, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=512)  # every page names a dozen places, and they stay where they are
def _reversed(name: str, urlconf: str) -> str:
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


def place_groups(request: HttpRequest) -> tuple[PlaceGroup, ...]:
    """The side navigation for a request; groups without a visible item are left out."""
    items = visible_items(request)
    here = _current(request.path, items)
    groups: dict[str, list[Place]] = {}
    for item, path in items:
        count = item.count(request) if item.count else None
        label, short = str(item.label), str(item.short or item.label)
        place = Place(label, path, item.icon, count, path == here, item.tab, short)
        groups.setdefault(item.group, []).append(place)
    return tuple(PlaceGroup(str(GROUPS[key]), tuple(places)) for key, places in groups.items())


def _current(here: str, items: list[tuple[NavItem, str]]) -> str:
    """The path of the item whose own or claimed prefix covers `here` the furthest."""
    best, length = "", 0
    for item, path in items:
        for prefix in (path.split("?")[0], *item.below):
            covers = here == prefix or here.startswith(prefix.rstrip("/") + "/")
            if covers and len(prefix) > length:
                best, length = path, len(prefix)
    return best
