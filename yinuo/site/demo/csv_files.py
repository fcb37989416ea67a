"""The demonstration bank as CSV files, as the importers read them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from yinuo.site.demo.records import Bank, Complaint, Customer, Matter, Person, Posting, Unit


def write_csvs(bank: Bank, folder: Path | str) -> list[Path]:
    """Six files (see README.md), UTF-8, one header line each; existing ones are overwritten."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    matters = [matter for complaint in bank.complaints for matter in complaint.matters]
    files: list[tuple[str, type, Sequence[Any]]] = [
        ("units", Unit, bank.units),
        ("people", Person, bank.people),
        ("postings", Posting, bank.postings),
        ("customers", Customer, bank.customers),
        ("complaints", Complaint, bank.complaints),
        ("matters", Matter, matters),
    ]
    return [_write(folder / f"{name}.csv", kind, rows) for name, kind, rows in files]


def _write(path: Path, kind: type, rows: Sequence[Any]) -> Path:
    names = [field.name for field in fields(kind) if field.name != "matters"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        writer.writerows([_text(getattr(row, name)) for name in names] for row in rows)
    return path


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
