"""`python -m tests.proof.survive`: runs the parts, one after the other, and writes what came of them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.bank import ROOT
from tests.proof.kill import commit
from tests.proof.survive import clock, database, disk, kills, letters, schedulers

RESULT = ROOT / "docs" / "proof" / "survive.json"
PARTS: dict[str, Callable[[bool], dict[str, Any]]] = {
    "kills": kills.prove,
    "database": database.prove,
    "disk": disk.prove,
    "clock": clock.prove,
    "schedulers": schedulers.prove,
    "letters": letters.prove,
}


def told(name: str, short: bool) -> dict[str, Any]:
    """One part with where and when it was run; what broke it, where something did."""
    begun = time.monotonic()
    about = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": commit(),
        "short": short,
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
    }
    try:
        found = PARTS[name](short)
    except Exception as error:
        found = {"ok": False, "broke": f"{type(error).__name__}: {error}"[:2000]}
    return about | {"seconds": round(time.monotonic() - begun, 1)} | found


def main() -> int:
    """Status 1 when a part that was run did not hold. Parts that were not run keep the result they have."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.survive", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), action="append", help="this part alone")
    parser.add_argument("--short", action="store_true", help="a few minutes in all, fewer of everything")
    parser.add_argument("--dry", action="store_true", help="do not write the result file")
    options = parser.parse_args()
    failed = []
    for name in options.only or PARTS:
        part = told(name, options.short)
        print(json.dumps({key: value for key, value in part.items() if key != "moments"}, indent=1))
        print(f"{name}: ok={str(part['ok']).lower()} seconds={part['seconds']}", flush=True)
        failed += [] if part["ok"] else [name]
        if not options.dry:
            write(name, part)
    print(f"ok={str(not failed).lower()} failed={','.join(failed) or '-'}")
    return 1 if failed else 0


def write(name: str, part: dict[str, Any]) -> None:
    """The result file: every part as it was last run, each with its own date, commit and size."""
    parts = json.loads(RESULT.read_text(encoding="utf-8"))["parts"] if RESULT.exists() else {}
    parts[name] = part
    whole = {"ok": all(each["ok"] for each in parts.values()) and set(parts) == set(PARTS)}
    ordered = {each: parts[each] for each in PARTS if each in parts}
    text = json.dumps(whole | {"parts": ordered}, indent=1, ensure_ascii=False)
    RESULT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
