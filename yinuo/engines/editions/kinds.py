"""What can have editions: each kind knows how to read its content, and refuses what it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from yinuo.engines.editions.bank import parse_bank
from yinuo.engines.editions.letters import parse_letters
from yinuo.facts.kinds import Code, Digest, FactKind, Instant, Integer, declare
from yinuo.ground.terms.lists import parse_terms, publish_terms
from yinuo.ground.worktime import parse_calendar


class EditionRefused(ValueError):
    """The content cannot be read, or the step is not allowed; the text says why."""


@dataclass(frozen=True, slots=True)
class EditionKind:
    """`parse` turns content into the object engines work with; ValueError says what is wrong with it.

    `check` reads a shipped file where there may be no database yet; it is `parse` unless parsing asks one.
    `unfilled` names what is left open in what was parsed: it stays a draft until somebody fills that in.
    `publish` is called with what was parsed when an edition comes into force (a code list fills its table).
    `scoped`: an edition may be for one unit and all below it; whoever asks the shelf for it says for which unit.
    In a content folder the file is `<key><suffix>`, or `<kind>.toml` with the folder's name as its key.
    """

    name: str
    parse: Callable[[str], Any]
    suffix: str = ""
    publish: Callable[[Any], None] | None = None
    check: Callable[[str], Any] | None = None
    scoped: bool = False
    unfilled: Callable[[Any], Sequence[str]] = lambda parsed: ()

    def key_of(self, file_name: str, folder: str) -> str | None:
        """The edition key a content file stands for, None if the file is of another kind."""
        if file_name == f"{self.name}.toml":
            return folder
        suffix = self.suffix or f".{self.name}.toml"
        return file_name.removesuffix(suffix) if file_name.endswith(suffix) else None


_kinds: dict[str, EditionKind] = {}


def declare_kind(kind: EditionKind) -> None:
    """Make a kind known; declaring the same kind again changes nothing."""
    known = _kinds.setdefault(kind.name, kind)
    if known.parse is not kind.parse:
        raise EditionRefused(f"edition kind {kind.name!r} is declared twice")


def kind_named(name: str) -> EditionKind:
    """The declared kind; EditionRefused if nobody declared it."""
    try:
        return _kinds[name]
    except KeyError:
        raise EditionRefused(f"nobody declared the edition kind {name!r}") from None


def all_kinds() -> list[EditionKind]:
    """Every declared kind, by name."""
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def declare_own() -> None:
    """The kinds and facts that belong to the engine itself."""
    declare_kind(EditionKind("calendar", parse_calendar))
    declare_kind(EditionKind("letters", parse_letters))
    declare_kind(EditionKind("bank", parse_bank))
    declare_kind(EditionKind("terms", parse_terms, publish=publish_terms))
    fields = {"edition_kind": Code, "key": Code, "number": Integer, "digest": Digest}
    for happening in ("drafted", "retirement_asked", "retired"):
        declare(FactKind(f"editions.{happening}", fields=fields))
    declare(FactKind("editions.approved", fields={**fields, "effective_from": Instant}))
