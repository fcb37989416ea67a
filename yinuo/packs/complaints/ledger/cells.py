"""One way to write each cell, whatever way it was written before; and text that no spreadsheet runs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from yinuo.ground.tables import DayUnreadable, read_day
from yinuo.web.exports import CONTROL

NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "無", "未知", "不详", "不詳", "暂无", "N/A", "n/a"}
)
MOST_CELL = 32_767  # the limit of the XLSX format
MOST_DIGITS = 15  # beyond, a spreadsheet rounds
# What a spreadsheet may take for a formula (OWASP "CSV injection", with the full-width signs). Text already behind
# apostrophes gets one more, so that reading takes away exactly what writing put there.
_DANGEROUS = re.compile(r"'*[ \u3000]*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile(r"'+[ \u3000]*[=+\-@\t\r\n＝＋－＠]")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Full-width signs alone: NFKC would also change signs that nobody typed by mistake.
_NARROW = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet that believes in 29 February 1900
_SERIALS = range(20_000, 80_000)  # October 1954 to January 2119: a serial number, not a year or an amount


class CellUnreadable(ValueError):
    """The cell is not what its column holds; the code says why."""


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return "'" + cell if _DANGEROUS.match(cell) else cell


def as_meant(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if _ESCAPED.match(cell) else cell


def canonical(kind: str, cell: str) -> str:
    """The cell as the ledger writes it; CellUnreadable ("unreadable_date", …) where it cannot be read.

    Text keeps its words: only line ends become one kind, control characters and spaces at its ends go.
    """
    text = CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > MOST_CELL:
        raise CellUnreadable("too_long")
    if kind == "text" or not text:
        return text
    narrow = text.translate(_NARROW).strip()
    if kind in ("day", "number") and narrow in NOTHING:
        return text
    if kind == "day":
        return _day(narrow).isoformat()
    if kind == "number":
        return _number(narrow)
    return "".join(narrow.split()) if kind in ("code", "identity") else " ".join(narrow.split())


def day_in(cell: str) -> date | None:
    """The day of a canonical cell; None where it says there is none."""
    return date.fromisoformat(cell) if cell not in NOTHING else None


def number_in(cell: str) -> Decimal | None:
    """The number of a canonical cell; None where it says there is none."""
    return Decimal(cell) if cell not in NOTHING else None


def number_cell(number: Decimal | int | None) -> str:
    """A number as the ledger writes it: no exponent, no zeros at the end."""
    if number is None:
        return ""
    text = format(Decimal(number), "f")
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short if short.strip("-0") else "0"


def _day(text: str) -> date:
    plain = "".join(text.split()) if "年" in text else text
    try:
        if match := _COMPACT.fullmatch(plain):
            return date(*map(int, match.groups()))
        if (match := _SERIAL.fullmatch(plain)) and int(match[1]) in _SERIALS:
            return _EPOCH + timedelta(days=int(match[1]))
        if "年" in plain:
            plain = plain.split("日")[0] + "日"
        return read_day(_without_time(plain)).day
    except (DayUnreadable, ValueError):
        raise CellUnreadable("unreadable_date") from None


def _without_time(text: str) -> str:
    """2025/3/1 14:05:00 without its time; the American way keeps its own."""
    first, _space, rest = text.partition(" ")
    return first if rest and re.fullmatch(r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}", first) and ":" in rest else text


def _number(text: str) -> str:
    plain = re.sub(r"[,\s]", "", text).removeprefix("¥").lstrip("+")
    if not _NUMBER.fullmatch(plain):
        raise CellUnreadable("unreadable_number")
    return number_cell(Decimal(plain))
