"""Code lists: reading them from content, putting them into force, looking words up."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import get_language

from yinuo.facts.questions import Question, Row
from yinuo.ground.terms.models import Term
from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words

FRESH_SECONDS = 2.0  # how long a process may go on with lists another process has just replaced
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class TermWords:
    """One code: its words, and whether it may still be chosen."""

    code: str
    words: Words
    parent: str = ""
    retired: bool = False
    replaced_by: str = ""


class _Shelf(NamedTuple):
    """Every list by key and code, the rows it was read from, and when."""

    at: float
    rows: list[Row]
    lists: dict[str, dict[str, TermWords]]


_shelf: _Shelf | None = None


@dataclass(frozen=True, slots=True)
class TermList:
    """One list as content writes it."""

    key: str
    name: Words
    source: str
    terms: tuple[TermWords, ...]


def parse_terms(text: str) -> list[TermList]:
    """Lists from TOML, one table a list; ValueError names list, code and what is wrong."""
    return [_list(key, table) for key, table in read_toml(text, "terms").items()]


def _list(key: str, table: Any) -> TermList:
    if not isinstance(table, dict) or not isinstance(table.get("terms"), list):
        raise Unreadable(f"[{key}]", _("has no terms"))
    terms = tuple(_term(key, index, term) for index, term in enumerate(table["terms"], 1))
    codes = [term.code for term in terms]
    if doubled := {code for code in codes if codes.count(code) > 1}:
        raise Unreadable(f"[{key}]", _("{doubled} stands there twice"), doubled=", ".join(sorted(doubled)))
    for term in terms:
        for name, code in (("parent", term.parent), ("replaced_by", term.replaced_by)):
            if code and code not in codes:
                raise Unreadable(
                    f"[{key}] {term.code}.{name}", _("{code!r} is not a code of this list"), code=code
                )
    return TermList(
        key, Words.read(table.get("name", {}), f"[{key}].name"), str(table.get("source", "")), terms
    )


def _term(key: str, index: int, table: Any) -> TermWords:
    code = table.get("code", "") if isinstance(table, dict) else table
    if not isinstance(table, dict) or not isinstance(code, str) or not _CODE.fullmatch(code):
        raise Unreadable(
            f"[{key}] term {index}", _("{code!r} is not a code of letters, digits and . _ -"), code=code
        )
    return TermWords(
        code,
        Words.read(table, f"[{key}] {code}"),
        str(table.get("parent", "")),
        bool(table.get("retired", False)),
        str(table.get("replaced_by", "")),
    )


def publish_terms(lists: list[TermList]) -> None:
    """Make the lists today's rows; a code that a list no longer names is retired, never deleted."""
    for found in lists:
        Term.objects.filter(list_key=found.key).update(retired=True)
        rows = [_row(found.key, position, term) for position, term in enumerate(found.terms)]
        Term.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["list_key", "code"],
            update_fields=[
                "name_zh_hans",
                "name_en",
                "name_zh_hant",
                "parent",
                "position",
                "retired",
                "replaced_by",
            ],
        )
    forget()


def _row(key: str, position: int, term: TermWords) -> Term:
    words = term.words
    return Term(
        list_key=key,
        code=term.code,
        name_zh_hans=words.zh_hans,
        name_en=words.en,
        name_zh_hant=words.zh_hant,
        parent=term.parent,
        position=position,
        retired=term.retired,
        replaced_by=term.replaced_by,
    )


def forget() -> None:
    """Drop what is kept, after a publication here or between tests."""
    global _shelf
    with _lock:
        _shelf = None


def _lists() -> dict[str, dict[str, TermWords]]:
    """Every list by key and code, read in one query and kept for two seconds."""
    global _shelf
    kept = _shelf
    if kept is not None and time.monotonic() - kept.at < FRESH_SECONDS:
        return kept.lists
    rows = _TERMS()
    if kept is not None and kept.rows == rows:  # nearly always: what was read from them before still holds
        lists = kept.lists
    else:
        lists = {}
        for list_key, code, zh_hans, en, zh_hant, *rest in rows:
            lists.setdefault(list_key, {})[code] = TermWords(code, Words(zh_hans, en, zh_hant), *rest)
    with _lock:
        _shelf = _Shelf(time.monotonic(), rows, lists)
    return lists


_TERMS = Question(
    lambda: Term.objects.order_by("list_key", "position").values_list(
        "list_key", "code", "name_zh_hans", "name_en", "name_zh_hant", "parent", "retired", "replaced_by"
    )
)


def codes(list_key: str) -> frozenset[str]:
    """The codes of a list that may be chosen today."""
    return frozenset(code for code, term in _lists().get(list_key, {}).items() if not term.retired)


def all_codes() -> dict[str, frozenset[str]]:
    """The codes of every list that may be chosen today."""
    return {key: codes(key) for key in _lists()}


def choices(list_key: str) -> list[tuple[str, str]]:
    """(code, name in the reader's language) of what may be chosen, in the list's order."""
    language = get_language() or "zh-hans"
    terms = _lists().get(list_key, {}).values()
    return [(term.code, term.words.to(language)) for term in terms if not term.retired]


def label(list_key: str, code: str) -> str:
    """The name of a code in the reader's language; the code itself if the list does not know it."""
    term = _lists().get(list_key, {}).get(code)
    return term.words.to(get_language() or "zh-hans") if term else code


def labels(list_key: str) -> dict[str, str]:
    """Names by code, retired ones too, in the reader's language."""
    language = get_language() or "zh-hans"
    return {code: term.words.to(language) for code, term in _lists().get(list_key, {}).items()}
