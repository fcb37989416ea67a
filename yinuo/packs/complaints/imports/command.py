"""`yinuo import complaints FILE`: a public file from the command line, whatever its size."""

from __future__ import annotations

import sys
from pathlib import Path

from yinuo.ground.tables import TableRefused
from yinuo.packs.complaints.imports.load import import_file


class Shown:
    """Progress on standard error; an interrupt from the keyboard ends the program between two rows."""

    def progress(self, done: int, total: int) -> None:
        """So many rows of so many."""
        print(f"{done} of {total} rows", file=sys.stderr)

    def cancelled(self) -> bool:
        """Nobody can ask here."""
        return False


def from_command_line(file: Path, *, dry_run: bool, errors: Path | None) -> int:
    """Bring the file in; how many were known, then the machine-readable line. 1 if it is no such file."""
    try:
        outcome = import_file(file, by=None, errors=errors, dry_run=dry_run, job=Shown(), language="en")
    except TableRefused as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    print(f"known {outcome.known}")
    print(outcome.line())
    return 0
