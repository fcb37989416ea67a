"""Two texts side by side: what changes by key, and line by line with the words that differ; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from yinuo.engines.editions.pieces import Path, leaves_of, pieces_of

AROUND = 3  # lines that stay visible around a change
MOST_WORDS = 2_000  # a longer line is marked whole
# A run of Latin letters and digits is a word; each other sign, Chinese ones too, stands for itself.
_WORDS = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)

How = Literal["same", "changed", "gone", "new", "skipped"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; None where a side does not have it."""

    path: Path
    before: Any
    after: Any

    @property
    def how(self) -> How:
        """New, gone or changed."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line, and whether it is what differs."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both sides, numbered from 1; the side that has none is empty. `skipped` lines stand for many."""

    how: How
    left: tuple[Span, ...] = ()
    right: tuple[Span, ...] = ()
    left_number: int | None = None
    right_number: int | None = None
    skipped: int = 0


def changes(before: str, after: str) -> list[Change]:
    """What changes by key, in the order of the newer text; empty where only words around it (comments) do.

    A text that cannot be taken apart by key says nothing here: its lines do.
    """
    old, new = leaves_of(pieces_of(before)), leaves_of(pieces_of(after))
    if () in old or () in new:
        return []
    found = [Change(path, old.get(path), new[path]) for path in new if old.get(path) != new[path]]
    return found + [Change(path, old[path], None) for path in old if path not in new]


def side_by_side(before: str, after: str) -> list[Row]:
    """Both texts line by line, without the runs of lines in which nothing differs; empty for equal texts."""
    if before == after:
        return []
    old, new = before.splitlines(), after.splitlines()
    return list(_shortened(list(_rows(old, new))))


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    for kind, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            for left, right in zip(range(i, i_end), range(j, j_end), strict=True):
                yield Row("same", (Span(old[left]),), (Span(new[right]),), left + 1, right + 1)
            continue
        for step in range(max(i_end - i, j_end - j)):
            left, right = i + step, j + step
            yield _differing(old, new, left if left < i_end else None, right if right < j_end else None)


def _differing(old: list[str], new: list[str], left: int | None, right: int | None) -> Row:
    if left is not None and right is not None:
        marked = marked_words(old[left], new[right])
        return Row("changed", *marked, left + 1, right + 1)
    if left is not None:
        return Row("gone", (Span(old[left], True),), (), left + 1, None)
    if right is not None:
        return Row("new", (), (Span(new[right], True),), None, right + 1)
    raise ValueError("a row of nothing")


def marked_words(before: str, after: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Both lines in spans, those that differ marked."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return (Span(before, True),), (Span(after, True),)
    left: list[Span] = []
    right: list[Span] = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        differs = kind != "equal"
        if i < i_end:
            left.append(Span("".join(old[i:i_end]), differs))
        if j < j_end:
            right.append(Span("".join(new[j:j_end]), differs))
    return tuple(left), tuple(right)


def _shortened(rows: list[Row]) -> Iterator[Row]:
    """Without what is far from any change; a row says how many lines are left out."""
    near = {
        place + step
        for place, row in enumerate(rows)
        if row.how != "same"
        for step in range(-AROUND, AROUND + 1)
    }
    left_out = 0
    for place, row in enumerate(rows):
        if place not in near:
            left_out += 1
            continue
        if left_out:
            yield Row("skipped", skipped=left_out)
            left_out = 0
        yield row
    if left_out:
        yield Row("skipped", skipped=left_out)
