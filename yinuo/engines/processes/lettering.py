"""Text in a drawing: lines as wide as the space; a Chinese character is one em, a Latin letter about half."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

EM = 13.0
LINE = 17.0
#: Closing marks do not begin a line.
_CLOSING = frozenset("，。、；：？！）》】」』”’,.;:?!)]}")


def width_of(text: str) -> float:
    """The width in pixels of text at the drawing's letter size, a little generous."""
    return sum(EM if unicodedata.east_asian_width(c) in "WF" else EM * 0.56 for c in text)


def wrap(text: str, width: float, most: int) -> list[str]:
    """The text in at most `most` lines of about `width` pixels; what does not fit ends in an ellipsis."""
    lines = [""]
    for piece in _pieces(text, width):
        if width_of((lines[-1] + piece).strip()) > width and lines[-1] and piece not in _CLOSING:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) > most:
        last = lines[most - 1]
        while last and width_of(last + "…") > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


def _pieces(text: str, width: float) -> Iterator[str]:
    """What may not be broken: one Chinese character, or one Latin word with the blank before it."""
    word = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if word and (wide or character == " " or width_of((word + character).strip()) > width):
            yield word
            word = ""
        if wide:
            yield character
        else:
            word += character
    if word:
        yield word
