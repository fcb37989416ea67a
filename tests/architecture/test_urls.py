"""Every address asks who is looking, or says why it need not.

The decorators of yinuo.ground.access.views_guard leave a word on the view: `view.guard` is "signed in", the key
of a verb, or "public: <reason>". An API operation asks through its authentication.
"""

import re
from collections.abc import Callable, Iterator
from inspect import unwrap
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, path
from ninja.openapi.views import default_home
from ninja.operation import PathView

GUARD = re.compile(r"signed in|[a-z_]+\.[a-z_.]+|public: \S.*")


def addresses(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address of a URLconf with its view."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each.callback


def question(view: Callable[..., Any]) -> str:
    """What a view asks before it shows anything; empty when it asks nothing."""
    inside = unwrap(view)  # the API wraps what django-ninja made, to say its refusals in our words
    operations = _operations(inside)
    if operations:
        asked = ["token" if each.auth_callbacks else question(each.view_func) for each in operations]
        return "" if "" in asked else ",".join(asked)
    if getattr(inside, "func", None) is default_home:
        return "public: django-ninja's root answers 404"
    guard = getattr(view, "guard", "") or getattr(getattr(view, "view_class", None), "guard", "")
    return guard if isinstance(guard, str) and GUARD.fullmatch(guard) else ""


def _operations(view: Callable[..., Any]) -> list[Any]:
    """The operations behind a view that django-ninja made: it closes over their PathView."""
    cells = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    return [each for cell in cells if isinstance(cell, PathView) for each in cell.operations]


def test_every_address_asks_who_is_looking():
    silent = [address for address, view in addresses(get_resolver().url_patterns) if not question(view)]
    assert not silent, "these views ask nobody anything:\n" + "\n".join(silent)


def test_the_walk_sees_addresses():
    assert len(list(addresses(get_resolver().url_patterns))) > 5


def guarded(guard):
    def view(request): ...

    view.guard = guard
    return view


@pytest.mark.parametrize("guard", ["signed in", "complaints.answer", "public: a customer has no account"])
def test_a_view_that_says_what_it_asks_is_accepted(guard):
    assert question(guarded(guard)) == guard


@pytest.mark.parametrize("guard", ["", "public:", "public: ", "nobody"])
def test_a_view_that_asks_nothing_is_found(guard):
    patterns = [path("open/", guarded(guard))]
    assert [address for address, view in addresses(patterns) if not question(view)] == ["open/"]


def test_an_api_operation_without_authentication_is_found():
    from ninja import NinjaAPI

    api = NinjaAPI(urls_namespace="asked", auth=lambda request: None, docs_url=None, openapi_url=None)

    @api.get("/kept")
    def kept(request): ...

    @api.get("/left-open", auth=None)
    def left_open(request): ...

    patterns = [path("api/", api.urls)]
    silent = [address for address, view in addresses(patterns) if not question(view)]
    assert silent == ["api/left-open"]
