"""`python -m tests.proof.guards`: every guard of the list taken out once; the result is docs/proof/guards.json.

Judged forty at a time; what came out of each forty is kept in build/guards/<commit>, so that it goes on where it was
stopped. Status 1 when a guard would not be missed, 2 when the list is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.guards import LIST, Guard, WrongList, copy_of, judge, read

RESULT = ROOT / "docs" / "proof" / "guards.json"
KEPT = ROOT / "build" / "guards"
TOGETHER = 40


def main() -> int:
    """Take them out, write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", "--workers", type=int, default=os.cpu_count() or 1)
    workers = parser.parse_args().workers
    commit = _git("rev-parse", "HEAD")
    changed = bool(_git("status", "--porcelain", "--", "yinuo", "tests"))
    kept = KEPT / (f"{commit}-changed" if changed else commit)
    kept.mkdir(parents=True, exist_ok=True)
    try:
        guards = read(ROOT)
        unguarded = [
            name
            for first in range(0, len(guards), TOGETHER)
            for name in _unguarded(guards[first : first + TOGETHER], kept / f"{first}.json", workers)
        ]
    except WrongList as wrong:
        print(f"{LIST}: {wrong}", file=sys.stderr)
        return 2
    result = {
        "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "commit": commit,
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "ok": not unguarded,
        "guards": len(guards),
        "tests_that_would_notice": len({test for guard in guards for test in guard.tests}),
        "on_postgresql": sum(guard.database != "sqlite" for guard in guards),
        "unguarded": unguarded,
    }
    if not changed:
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 1 if unguarded else 0


def _unguarded(guards: list[Guard], kept: Path, workers: int) -> list[str]:
    """The names of those nobody would miss, judged now or read from an earlier run at the same commit."""
    if kept.exists():
        return list(json.loads(kept.read_text("utf-8")))
    with tempfile.TemporaryDirectory(prefix="yinuo-guards-") as folder:
        found = judge([copy_of(ROOT, Path(folder) / str(number)) for number in range(workers)], guards)
    half = kept.with_suffix(".half")
    half.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    half.replace(kept)
    return found


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
