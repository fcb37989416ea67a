"""Heads of the chain that are newer than what is restored: kept, and moved aside, so that `verify` does not call it cut.

Older ones stay where they are, so that a backup whose chain is another than the one this house signed is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yinuo.facts import heads


@contextmanager
def aside(home: Path, seq: int, stamp: str) -> Iterator[int]:
    """Move heads of this database after `seq` to files named by the stamp; how many. All are put back when the block fails."""
    log, last = home / "heads.log", home / f"head.{heads.database()}"
    before = {path: path.read_text(encoding="utf-8") for path in (log, last) if path.exists()}
    moved = _newer(before.get(log, ""), seq) + _newer(before.get(last, ""), seq)
    if moved:
        (home / f"heads.aside-{stamp}").write_text("".join(f"{each}\n" for each in moved), encoding="utf-8")
        if log in before:
            kept = [each for each in before[log].splitlines() if each not in moved]
            log.write_text("".join(f"{each}\n" for each in kept), encoding="utf-8")
        if before.get(last, "").strip() in moved:
            last.unlink()
    try:
        yield len(moved)
    except BaseException:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")
        raise


def _newer(text: str, seq: int) -> list[str]:
    return [each for each in text.splitlines() if _seq(each) > seq]


def _seq(told: str) -> int:
    try:
        content = json.loads(told)
        return int(content["seq"]) if content["database"] == heads.database() else 0
    except (ValueError, KeyError, TypeError):
        return 0  # what cannot be read stays, and `verify` says so
