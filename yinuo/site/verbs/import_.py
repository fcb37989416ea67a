"""`yinuo import WHAT FILE`: real input through the importers that packs declare."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

from yinuo.site.cli import Refused

words = "bring a file of records in; running it again brings in nothing twice"
example = "yinuo import complaints complaints.csv --dry-run"


class Importer(Protocol):
    """Reads a file; prints "new 3180, refused 6, …" as its last line; returns the exit status."""

    def __call__(self, file: Path, *, dry_run: bool, errors: Path | None) -> int: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", help="what the file holds, say complaints")
    parser.add_argument("file", type=Path, help="the file")
    parser.add_argument("--dry-run", action="store_true", help="read and judge every row, change nothing")
    parser.add_argument("--errors", type=Path, help="write refused rows here, each with its reason")


def run(options: argparse.Namespace) -> int:
    importers = declared()
    if options.what not in importers:
        known = ", ".join(sorted(importers)) or "nothing yet"
        raise Refused(f"no importer for {options.what!r}; known: {known}")
    if not options.file.is_file():
        raise Refused(f"{options.file} is not a file; nothing was changed")
    return int(importers[options.what](options.file, dry_run=options.dry_run, errors=options.errors))


def declared() -> dict[str, Importer]:
    """Importers by name: a pack's `pack.py` offers IMPORTERS = {"complaints": function}."""
    from yinuo.site.discovery import modules_named

    found: dict[str, Importer] = {}
    for module in modules_named("pack", ("packs",)):
        found.update(getattr(module, "IMPORTERS", {}))
    return found
