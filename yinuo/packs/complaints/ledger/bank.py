"""What the words of a ledger stand for in this bank: its codes, its units, its editions of today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from yinuo.engines.cases.opening import Rules
from yinuo.ground.people.models import Unit
from yinuo.ground.tables import column_key
from yinuo.packs.complaints import queries
from yinuo.packs.complaints.ledger.layout import Ledger, plain
from yinuo.packs.complaints.ledger.reading import LedgerComplaint
from yinuo.packs.complaints.pack import KIND

LISTS = {
    "taken_through": "complaint_source",
    "source": "complaint_source",
    "level": "complaint_level",
    "business": "complaint_business",
    "cause": "complaint_cause",
    "request": "complaint_request",
}


@dataclass
class Bank:
    """What all rows of a file are read against; `file` is the file's digest."""

    ledger: Ledger
    edition: UUID
    file: str
    by: UUID | None
    now: datetime
    midnight: Callable[[date], datetime]

    @cached_property
    def rules(self) -> Rules:
        """The editions of today."""
        return Rules.today(KIND)

    @cached_property
    def centre(self) -> UUID:
        """Where a complaint goes whose units are none of ours."""
        return queries.handling_unit().pk

    @cached_property
    def units(self) -> dict[str, UUID]:
        """Units by code, and by name where only one is called so."""
        units = list(Unit.objects.all())
        names = [plain(unit.name_zh_hans) for unit in units]
        by_name = {name: unit.pk for name, unit in zip(names, units, strict=True) if names.count(name) == 1}
        return by_name | {plain(unit.code): unit.pk for unit in units}

    @cached_property
    def codes(self) -> dict[str, dict[str, str]]:
        """Codes by the ledger's words, list by list."""
        return {terms: self.ledger.reader(terms) for terms in set(LISTS.values())}

    def code(self, said: LedgerComplaint, *keys: str) -> str:
        """The code of the first of these columns whose word we know; "" where we know none."""
        found = (self.codes[LISTS[key]].get(column_key(said.cells.get(key, ""))) for key in keys)
        return next((code for code in found if code), "")

    def unit(self, said: LedgerComplaint, *keys: str) -> UUID | None:
        """The unit that the first of these columns names; None where it is none of ours."""
        found = (self.units.get(plain(said.cells[key])) for key in keys if said.cells.get(key))
        return next((unit for unit in found if unit), None)

    def unmapped(self, said: LedgerComplaint) -> list[str]:
        """Words of the row that stand for nothing of ours, with the column's heading."""
        words: list[str] = [key for key in ("level", "business", "cause") if not self.code(said, key)]
        words += () if self.source(said) else ("taken_through", "source")
        for keys in (("branch_code", "branch_name"), ("complained_unit",), ("handling_unit",)):
            words += () if self.unit(said, *keys) else keys
        told = [key for key in words if key in said.cells]
        return [f"{self.ledger.by_key[key].heading}: {said.cells[key]}" for key in told]

    def source(self, said: LedgerComplaint) -> str:
        """How it reached the bank."""
        return self.code(said, "taken_through", "source")

    def is_open(self, said: LedgerComplaint) -> bool:
        """Whether it is still to be worked on: no day of closing and no word for it."""
        return said.closed is None and said.cells.get("status", "") not in self.ledger.closed
