"""How a kind of edition reads on its page. Whoever declares a kind declares its page beside it; none is owed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yinuo.engines.editions.models import Edition
from yinuo.ground.access.reach import Reach
from yinuo.web.sheets import Sheet, Words


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which edition: figures count only cases that the reader may see."""

    edition: Edition
    reach: Reach


@dataclass(frozen=True, slots=True)
class EditionPage:
    """`sheets` lays out what was parsed. `fields` names the fields of its text in words, `names` its tables."""

    kind: str
    name: Words
    sheets: Callable[[Any, Look], Sequence[Sheet]] = lambda parsed, look: ()
    fields: Mapping[str, Words] = field(default_factory=dict)
    names: Callable[[Any], Mapping[str, str]] = lambda parsed: {}


_pages: dict[str, EditionPage] = {}


def declare_edition_page(page: EditionPage) -> None:
    """Make a page known; declared again it is the same."""
    _pages[page.kind] = page


def page_of(kind: str) -> EditionPage:
    """The page of a kind; for one that nobody laid out its name as it is written, and nothing on it."""
    return _pages.get(kind) or EditionPage(kind, kind)
