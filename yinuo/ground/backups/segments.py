"""Names of WAL segments, and which of them lead from one to the newest across timelines. Arithmetic alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

NAME = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})")
LINE = re.compile(r"\s*(\d+)\s+([0-9A-F]+)/([0-9A-F]+)\b")


class Segment(NamedTuple):
    """A segment as its name tells it: names sort as segments follow each other within a timeline."""

    timeline: int
    log: int
    part: int

    @classmethod
    def named(cls, name: str) -> Segment | None:
        """None for a name that is of no whole segment."""
        found = NAME.fullmatch(name)
        return cls(*(int(each, 16) for each in found.groups())) if found else None

    @property
    def name(self) -> str:
        """As PostgreSQL writes it."""
        return f"{self.timeline:08X}{self.log:08X}{self.part:08X}"

    def number(self, size: int) -> int:
        """Its place in the log, counted in segments of so many bytes."""
        return self.log * (2**32 // size) + self.part

    @classmethod
    def numbered(cls, timeline: int, number: int, size: int) -> Segment:
        """The segment at a place."""
        return cls(timeline, *divmod(number, 2**32 // size))


def wanted(
    start: Segment, kept: Sequence[Segment], histories: Mapping[int, str], size: int
) -> Iterator[Segment]:
    """The segments that lead from `start` to the newest kept one of the newest timeline that descends from it.

    Where a timeline branched off, its own copy of the segment counts. `histories`: timeline → its .history file.
    """
    newest = max((each for each in histories if _descends(each, start, histories, size)), default=0)
    newest = max(newest, start.timeline)
    number = start.number(size)
    for timeline, switch in _ancestors(histories.get(newest, ""), size):
        if timeline < start.timeline:
            continue
        for each in range(number, switch):
            yield Segment.numbered(timeline, each, size)
        number = max(number, switch)
    last = max((each.number(size) for each in kept if each.timeline == newest), default=number - 1)
    # A base backup names the segment it needs first: that one is missing even where nothing came after it.
    last = max(last, number) if newest == start.timeline else last
    for each in range(number, last + 1):
        yield Segment.numbered(newest, each, size)


def _descends(timeline: int, start: Segment, histories: Mapping[int, str], size: int) -> bool:
    return any(
        parent == start.timeline and switch >= start.number(size)
        for parent, switch in _ancestors(histories[timeline], size)
    )


def _ancestors(history: str, size: int) -> list[tuple[int, int]]:
    """(timeline, number of the segment in which it was left), oldest first."""
    found = (LINE.match(line) for line in history.splitlines())
    return [(int(each[1]), (int(each[2], 16) * 2**32 + int(each[3], 16)) // size) for each in found if each]
