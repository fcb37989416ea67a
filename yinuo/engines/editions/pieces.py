"""The text of an edition taken apart by key, with its comments, so that two texts can be compared and three merged."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

Path = tuple[str, ...]

NAMES = ("key", "code", "heading", "first")  # what tells the tables of one list apart, where all have it
OPENS, ENDS = "", "\0"  # the last part of the path of a line that opens a table or a list, or ends a list
_ARRAY = re.compile(r"\s*\[\[")
_TABLE = re.compile(r"\s*\[")
_BLANK = re.compile(r"\s*(#.*)?$")
_ITEM = re.compile(r"\s*(\{.*\})\s*,?\s*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Piece:
    """`path` is where it stands, `text` its lines with the comments before it, `value` what they say (or None)."""

    path: Path
    text: str
    value: Any = None


def pieces_of(text: str) -> list[Piece]:
    """Every statement of a TOML text in its order; what cannot be taken apart is one piece with an empty path.

    The texts of the pieces, one after the other, are the whole text again.
    """
    try:
        found = list(_named(list(_statements(text))))
    except tomllib.TOMLDecodeError:
        found = []
    whole = len({piece.path for piece in found}) == len(found) and "".join(p.text for p in found) == text
    return found if whole and found else [Piece((), text, text)]


def leaves_of(pieces: list[Piece]) -> dict[Path, Any]:
    """What a text says: values by path, tables within a value opened up."""
    return {path: value for piece in pieces for path, value in _leaves(piece.path, piece.value)}


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves((*path, key), inner)
    elif not path or path[-1] not in (OPENS, ENDS):
        yield path, value


def _statements(text: str) -> Iterator[Piece]:
    """Statements with the path they are written with; a line opening a table carries its path, marked by OPENS."""
    before, lines = "", text.splitlines(keepends=True)
    table: Path = ()
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if _BLANK.match(line):
            before += line
        elif _TABLE.match(line):
            table = _only_path(tomllib.loads(line))
            yield Piece((*table, OPENS), before + line, "[[" if _ARRAY.match(line) else None)
            before = ""
        else:
            said, place = _whole(lines, place - 1)
            yield from _opened(table, before, "".join(said))
            before = ""
    if before:
        yield Piece((ENDS,), before)


def _whole(lines: list[str], start: int) -> tuple[list[str], int]:
    """The lines of the statement that begins at `start`, and where the next one begins."""
    for end in range(start + 1, len(lines)):
        try:
            tomllib.loads("".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return lines[start:end], end
    tomllib.loads("".join(lines[start:]))
    return lines[start:], len(lines)


def _only_path(table: Any) -> Path:
    """The path of the one thing a line names."""
    found: list[str] = []
    while table:
        if isinstance(table, list):
            table = table[0]
            continue
        ((key, table),) = table.items()
        found.append(key)
    return tuple(found)


def _opened(table: Path, before: str, text: str) -> Iterator[Piece]:
    """A statement; a list of terms that stands one term a line is opened up, so that each has a path of its own."""
    said = tomllib.loads(text)
    ((key, value),) = said.items()
    path = (*table, key)
    lines = text.splitlines(keepends=True)
    items = [_item(line) for line in lines[1:-1]]
    codes = [item["code"] for item in items if item and isinstance(item.get("code"), str)]
    listed = isinstance(value, list) and len(codes) == len(items) == len(value) == len(set(codes)) > 0
    if not listed:
        yield Piece(path, before + text, value)
        return
    yield Piece((*path, OPENS), before + lines[0])
    for code, line, item in zip(codes, lines[1:-1], items, strict=True):
        yield Piece((*path, code), line, item)
    yield Piece((*path, ENDS), lines[-1])


def _item(line: str) -> dict[str, Any] | None:
    found = _ITEM.match(line)
    try:
        return tomllib.loads(f"x = {found[1]}")["x"] if found else None
    except tomllib.TOMLDecodeError:
        return None


def _named(said: list[Piece]) -> Iterator[Piece]:
    """Tables of a list get a name in their path: what all of them are told apart by, or their place."""
    blocks = list(_blocks(said))
    names: dict[Path, list[str]] = {}
    for header, _block in blocks:
        if header not in names and header is not None:
            names[header] = _names([block for other, block in blocks if other == header])
    for header, block in blocks:
        if header is None:
            yield from block
            continue
        name = names[header].pop(0)
        depth = len(header)
        for piece in block:
            value = None if piece.path[-1] == OPENS and piece.value == "[[" else piece.value
            yield replace(piece, path=(*header, name, *piece.path[depth:]), value=value)


def _blocks(said: list[Piece]) -> Iterator[tuple[Path | None, list[Piece]]]:
    """Runs of statements: each table of a list with the list's path, everything else with None."""
    number, header = 0, None
    marked: list[tuple[int, Path | None, Piece]] = []
    for piece in said:
        if piece.path[-1] == OPENS and piece.value == "[[":
            number, header = number + 1, piece.path[:-1]
        elif header is not None and piece.path[: len(header)] != header:
            number, header = number + 1, None
        marked.append((number, header, piece))
    for (_number, path), run in groupby(marked, key=lambda each: each[:2]):
        yield path, [piece for _n, _path, piece in run]


def _names(blocks: list[list[Piece]]) -> list[str]:
    for name in NAMES:
        found = [str(piece.value) for block in blocks for piece in block[1:] if piece.path[-1] == name]
        if len(found) == len(set(found)) == len(blocks):
            return found
    return [str(place) for place in range(1, len(blocks) + 1)]
