"""The public complaint file of the US Consumer Financial Protection Bureau, in any layout it has had.

Columns are found by name: the 14 of early files, today's 18, the names of the search interface. Nothing
is guessed: what a file does not say is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from yinuo.ground.tables import (
    DayRead,
    DayUnreadable,
    RefusedRow,
    Row,
    RowError,
    Table,
    column_key,
    read_day,
    row_error,
)
from yinuo.ground.terms.words import Words

MAX_SHORT = 300
UNKNOWN = frozenset({"", "N/A", "n/a", "N/a"})
YES_NO = {"yes": True, "no": False}
COMPLAINT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

# field -> the keys (see tables.column_key) under which the files know it
NAMES: dict[str, tuple[str, ...]] = {
    "received": ("date received",),
    "forwarded": ("date sent to company",),
    "product": ("product",),
    "sub_product": ("sub product",),
    "issue": ("issue",),
    "sub_issue": ("sub issue",),
    "company": ("company",),
    "state": ("state",),
    "zip": ("zip code",),
    "tags": ("tags",),
    "consent": ("consumer consent provided",),
    "submitted_via": ("submitted via",),
    "response": ("company response to consumer", "company response"),
    "public_response": ("company public response",),
    "timely": ("timely response", "timely"),
    "disputed": ("consumer disputed",),
    "narrative": ("consumer complaint narrative", "complaint what happened"),
    "complaint_id": ("complaint id",),
}
NEEDED = {
    "received": "Date received",
    "forwarded": "Date sent to company",
    "product": "Product",
    "issue": "Issue",
    "company": "Company",
    "timely": "Timely response?",
}
LONG = {"narrative": 100_000, "public_response": 2_000}

REFUSALS = {
    "forwarded_before_received": Words(
        "{column}：转交日期 {value} 早于收到日期 {received}。",
        "{column}: forwarded on {value}, before it was received on {received}.",
        "{column}：轉交日期 {value} 早於收到日期 {received}。",
    ),
    "repeated_number": Words(
        "{column}：编号 {value} 在第 {earlier} 行已经出现，内容不同。",
        "{column}: number {value} is already in row {earlier} with other content.",
        "{column}：編號 {value} 在第 {earlier} 列已經出現，內容不同。",
    ),
    "bad_number": Words(
        "{column}：“{value}”不能用作编号。",
        "{column}: “{value}” cannot be a complaint number.",
        "{column}：「{value}」不能用作編號。",
    ),
}


def heads(cells: Sequence[str]) -> bool:
    """Whether these are the names of the columns: all that a row cannot be read without."""
    keys = {column_key(cell) for cell in cells}
    return all(keys.intersection(NAMES[name]) for name in NEEDED)


@dataclass(frozen=True, slots=True)
class PublicComplaint:
    """One row as the file says it; None where it does not say.

    `key` names it for ever: "cfpb:<Complaint ID>", or without one "<SHA-256 of the file>:<row number>".
    `identical_to` is the number of the first row with the very same content: a possible duplicate that is
    kept when rows have no number of their own, and the same complaint once more when they have
    (`same_complaint`). `day_ambiguous`: 2/3/2016 was read the American way.
    """

    key: str
    row_number: int
    received: date
    forwarded: date
    product: str
    sub_product: str | None
    issue: str | None
    sub_issue: str | None
    company: str
    state: str | None
    zip: str | None
    tags: str | None
    consent: str | None
    submitted_via: str | None
    response: str | None
    public_response: str | None
    timely: bool | None
    disputed: bool | None
    narrative: str | None
    identical_to: int | None = None
    day_ambiguous: bool = False

    @property
    def same_complaint(self) -> bool:
        """Whether an earlier row of this file already brought the complaint of this number."""
        return self.identical_to is not None and self.key.startswith("cfpb:")


@dataclass(frozen=True)
class Layout:
    """Which column of the file is which field; `name` says how the preview calls it."""

    name: str
    keys: dict[str, str]
    table: Table

    @property
    def absent(self) -> tuple[str, ...]:
        """Fields this layout does not have."""
        return tuple(name for name in NAMES if name not in self.keys)

    @property
    def unused(self) -> tuple[str, ...]:
        """Names of columns the import leaves aside."""
        used = set(self.keys.values())
        return tuple(column.name for column in self.table.columns if column.key not in used)

    def column(self, name: str) -> str:
        """The file's own name of a field's column."""
        return self.table.name_of(self.keys.get(name, name))


def recognise(table: Table) -> Layout:
    """The layout; TableRefused naming the columns missing if this is not a public complaint file."""
    present = {column.key for column in table.columns}
    keys = {name: key for name, known in NAMES.items() for key in known if key in present}
    table.need(column for name, column in NEEDED.items() if name not in keys)
    kind = "with" if "complaint_id" in keys else "without"
    return Layout(f"CFPB, {len(table.columns)} columns, {kind} Complaint ID", keys, table)


def read_complaints(table: Table, *, today: date) -> Iterator[PublicComplaint | RefusedRow]:
    """Every row, in order: a complaint, or the row refused with all its reasons.

    The same file gives the same keys and the same flags each time, wherever an import was interrupted.
    TableRefused before the first row if the layout is not recognised.
    """
    layout = recognise(table)
    seen = _Seen()
    for row in table.rows:
        yield RefusedRow(row, (row.fault,)) if row.fault else _Reading(layout, row, today).result(seen)


@dataclass
class _Seen:
    """What accepted rows held: content -> row number, and Complaint ID -> row number."""

    contents: dict[bytes, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


class _Reading:
    """One row on its way to a complaint, collecting what is wrong with it."""

    def __init__(self, layout: Layout, row: Row, today: date) -> None:
        self.layout, self.row, self.today = layout, row, today
        self.values = {name: row.cells[key].strip() for name, key in layout.keys.items()}
        self.said = {name: value for name, value in self.values.items() if value not in UNKNOWN}
        self.errors: list[RowError] = []

    def result(self, seen: _Seen) -> PublicComplaint | RefusedRow:
        received, forwarded = self._day("received"), self._day("forwarded")
        if received and forwarded and forwarded.day < received.day:
            shown = self.values["received"]
            self._refuse("forwarded", "forwarded_before_received", received=shown)
        timely, disputed = self._yes_no("timely"), self._yes_no("disputed")
        product, company = self._required("product"), self._required("company")
        self._check_lengths()
        key, identical_to = self._identity(seen)
        if self.errors or not (received and forwarded):
            return RefusedRow(self.row, tuple(self.errors))
        known = self.said.get
        return PublicComplaint(
            key=key, row_number=self.row.number, received=received.day, forwarded=forwarded.day,
            product=product, sub_product=known("sub_product"), issue=known("issue"),
            sub_issue=known("sub_issue"), company=company, state=known("state"), zip=known("zip"),
            tags=known("tags"), consent=known("consent"), submitted_via=known("submitted_via"),
            response=known("response"), public_response=known("public_response"), timely=timely,
            disputed=disputed, narrative=known("narrative"), identical_to=identical_to,
            day_ambiguous=received.ambiguous or forwarded.ambiguous,
        )  # fmt: skip

    def _refuse(self, name: str, code: str, **more: object) -> None:
        column, value = self.layout.column(name), self.values.get(name, "")
        self.errors.append(row_error(self.row.number, column, code, value, words=REFUSALS.get(code), **more))

    def _required(self, name: str) -> str:
        value = self.said.get(name)
        if value is None:
            self._refuse(name, "missing")
        return value or ""

    def _day(self, name: str) -> DayRead | None:
        if not (text := self._required(name)):
            return None
        try:
            read = read_day(text)
        except DayUnreadable:
            self._refuse(name, "unreadable_date")
            return None
        if read.day > self.today:
            self._refuse(name, "future_date")
        return read

    def _yes_no(self, name: str) -> bool | None:
        value = self.said.get(name)
        if value is None:
            return None
        if (answer := YES_NO.get(value.casefold())) is None:
            self._refuse(name, "unknown_value")
        return answer

    def _check_lengths(self) -> None:
        if max(map(len, self.values.values())) > MAX_SHORT:
            for name, value in self.values.items():
                if len(value) > LONG.get(name, MAX_SHORT):
                    self._refuse(name, "too_long")

    def _identity(self, seen: _Seen) -> tuple[str, int | None]:
        """The key, and the earlier row of the same content; only rows that enter are remembered."""
        number = self.said.get("complaint_id")
        if number and not COMPLAINT_ID.fullmatch(number):
            self._refuse("complaint_id", "bad_number")
        content = _digest(self.row)
        identical_to = seen.contents.get(content)
        if number in seen.numbers and identical_to is None:
            self._refuse("complaint_id", "repeated_number", earlier=seen.numbers[number])
        if not self.errors:
            seen.contents.setdefault(content, self.row.number)
            if number:
                seen.numbers.setdefault(number, self.row.number)
        key = f"cfpb:{number}" if number else f"{self.layout.table.source.sha256}:{self.row.number}"
        return key, identical_to


def _digest(row: Row) -> bytes:
    """16 bytes instead of the whole content: two million rows stay under 400 MB."""
    return blake2b("\0".join(row.cells.values()).encode(), digest_size=16).digest()
