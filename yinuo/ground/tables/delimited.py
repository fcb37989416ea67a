"""Rows out of delimited text. One bad row stays one bad row: reading starts again on its next line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

DELIMITERS = ",;\t"
MAX_CELL = 1_000_000
SNIFFED_ROWS = 20


class Record(NamedTuple):
    """`line` it begins on, counted from 1; `cells`, or None where quotes do not match; `raw` is that line."""

    line: int
    cells: Sequence[str] | None
    raw: str = ""


def sniff_delimiter(path: Path, encoding: str) -> str:
    """The separator that cuts the header into most cells and the rows after it alike; comma if none does."""
    return max(DELIMITERS, key=lambda delimiter: _fit(path, encoding, delimiter))


def _fit(path: Path, encoding: str, delimiter: str) -> tuple[int, int]:
    records = list(islice(read_records(path, encoding, delimiter), SNIFFED_ROWS))
    widths = [len(cells) for _, cells, _ in records if cells]
    if not widths or widths[0] < 2:
        return (0, 0)
    return (sum(width == widths[0] for width in widths), widths[0])


def read_records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Every record that is not an empty line, header included, one at a time."""
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    with path.open(encoding=encoding, newline="") as stream:
        lines = _Lines(stream)
        while True:
            first = lines.given + 1
            try:
                cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
            except StopIteration:
                return
            except csv.Error:
                raw = lines.back_to_second_line()
                yield Record(first, None, raw)
                continue
            lines.forget()
            if cells:
                yield Record(first, cells)


class _Lines:
    """Lines of a text, remembered from the start of the present record so that one can go back."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._recent: list[str] = []
        self._again: list[str] = []
        self.given = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._stream)
        self._recent.append(line)
        self.given += 1
        return line

    def back_to_second_line(self) -> str:
        """Gives back all lines of the present record but its first, which is returned."""
        first, *others = self._recent
        self._again.extend(reversed(others))
        self.given -= len(others)
        self._recent.clear()
        return first

    def forget(self) -> None:
        self._recent.clear()
