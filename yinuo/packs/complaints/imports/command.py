"""`yinuo import complaints FILE`: a public file or a ledger from the command line, whatever its size."""

from __future__ import annotations

import sys
from pathlib import Path

from yinuo.ground.tables import TableRefused
from yinuo.packs.complaints.ledger.load import import_any


class Shown:
    """Progress on standard error; an interrupt from the keyboard ends the program between two rows."""

    def progress(self, done: int, total: int) -> None:
        """So many rows of so many."""
        sys.stderr.write(f"{done} of {total} rows\n")

    def cancelled(self) -> bool:
        """Nobody can ask here."""
        return False


def from_command_line(file: Path, *, dry_run: bool, errors: Path | None) -> int:
    """Bring the file in; how many were known, then the machine-readable line. 1 if it is no such file."""
    try:
        outcome = import_any(file, by=None, errors=errors, dry_run=dry_run, job=Shown(), language="en")
    except TableRefused as error:
        sys.stderr.write(f"{file}: {error}\n")
        return 1
    sys.stdout.write(f"known {outcome.known}\n{outcome.line()}\n")
    return 0
