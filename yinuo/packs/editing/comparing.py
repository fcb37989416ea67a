"""Two editions side by side, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yinuo.engines.editions import shelf
from yinuo.engines.editions.differences import Change, Row, Span, changes, marked_words, side_by_side
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.merging import Conflict
from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.pieces import Path
from yinuo.engines.editions.upgrades import conflicts_of
from yinuo.web.edition_pages import EditionPage, page_of
from yinuo.web.sheets import text_of

SIGNS = {"new": "+", "gone": "−", "changed": "~", "same": "", "skipped": ""}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One value that changes; `what` is where it stands, in words as far as there are any."""

    what: str
    where: str
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    how: str
    tone: str


@dataclass(frozen=True, slots=True)
class SideLine:
    """One line of both texts; `sign` and `told` say without colour what became of it."""

    row: Row
    sign: str
    told: str


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A place to decide about: its name on the form, the text that shipped before, ours and theirs."""

    name: str
    what: str
    conflict: Conflict
    ours: tuple[Span, ...]
    theirs: tuple[Span, ...]


def change_lines(before: Edition, after: Edition) -> list[ChangeLine]:
    """What changes by key."""
    page, names = page_of(after.kind), _names(before) | _names(after)
    return [_change(change, page, names) for change in changes(before.content, after.content)]


def _change(change: Change, page: EditionPage, names: Mapping[str, str]) -> ChangeLine:
    before, after = _shown(change.before), _shown(change.after)
    told, tone = {"new": (_("added"), "brand"), "gone": (_("removed"), "risk")}.get(
        change.how, (_("changed"), "")
    )
    marked = marked_words(before, after)
    if change.how != "changed":
        marked = tuple(Span(span.text) for span in marked[0]), tuple(Span(span.text) for span in marked[1])
    return ChangeLine(place_told(change.path, page, names), ".".join(change.path), *marked, told, tone)


def _shown(value: Any) -> str:
    return "" if value is None else text_of(value)


def place_told(path: Path, page: EditionPage, names: Mapping[str, str]) -> str:
    """A path in words: the table by its name, fields by what they are called."""
    if not path:
        return _("the whole text")
    parts = [part for part in path if part.strip("\0")]
    told = [names.get(part, str(page.fields.get(part, part))) for part in parts[:1]]
    return " · ".join([*told, *(str(page.fields.get(part, part)) for part in parts[1:])])


def _names(edition: Edition) -> dict[str, str]:
    try:
        return dict(page_of(edition.kind).names(shelf.parsed(edition)))
    except (ValueError, EditionRefused):  # what an older reader took and today's does not
        return {}


def side_lines(before: Edition, after: Edition) -> list[SideLine]:
    """Both texts line by line, those near a change."""
    words = {"new": _("added"), "gone": _("removed"), "changed": _("changed")}
    rows = side_by_side(before.content, after.content)
    return [SideLine(row, SIGNS[row.how], words.get(row.how, "")) for row in rows]


def conflict_lines(edition: Edition) -> list[ConflictLine]:
    """What is left to decide in a proposal."""
    page, names = page_of(edition.kind), _names(edition)
    return [
        ConflictLine(
            f"place-{number}",
            place_told(conflict.path, page, names),
            conflict,
            *marked_words((conflict.ours or "").strip("\n"), (conflict.theirs or "").strip("\n")),
        )
        for number, conflict in enumerate(conflicts_of(edition), 1)
    ]
