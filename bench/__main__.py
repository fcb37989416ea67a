"""`python -m bench`: measures, prints a table, and writes bench/results/<date>T<time>-<commit>.json."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from bench import folds, history, intake, pages, processor, report
from bench.bank import Bank
from bench.peer import VERSION, NoPeer, Peer

PARTS = ("start", "intake", "pages", "history", "folds")


def main() -> int:
    """Status 0 when every part was measured; a missing peer is said and does not fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--big", action="store_true", help="also a million cases, longer rounds: an hour")
    parser.add_argument("--only", choices=PARTS, action="append", help="only these parts")
    parser.add_argument("--peer-folder", type=Path, help="keep the peer's environment here between runs")
    parser.add_argument("--no-peer", action="store_true", help="without the peer")
    parser.add_argument("--dry", action="store_true", help="write no result file")
    options = parser.parse_args()
    result = report.head() | {"big": options.big, "load_before": os.getloadavg()}
    begun, failed = time.monotonic(), list[str]()
    for part in options.only or PARTS:
        print(f"{part} …", flush=True)
        try:
            result[part] = MEASURES[part](options)
        except Exception as error:  # one part that fails does not lose the others
            failed.append(part)
            result.setdefault("failed", {})[part] = f"{type(error).__name__}: {error}"[-500:]
            traceback.print_exc()
        result |= {"load_after": os.getloadavg(), "seconds": round(time.monotonic() - begun)}
        if not options.dry:
            report.write(result)
    print(report.table(result))
    print(f"failed={','.join(failed) or 'none'} seconds={result['seconds']}")
    return 1 if failed else 0


def start(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds to the first and to the second start of a demonstration, on PostgreSQL and as `make run` does it."""
    del options
    return report.starts()


def measure_intake(options: argparse.Namespace) -> dict[str, Any]:
    """Complaints a second beside tickets a second."""
    rounds, seconds = (5, 20.0) if options.big else (3, 8.0)
    with Bank() as bank:
        bank.open()
        before = _used(bank)
        try:
            if options.no_peer:
                raise NoPeer("not asked for")
            with Peer(bank.cluster, options.peer_folder) as peer:
                found = intake.measure(bank, peer, rounds=rounds, seconds=seconds)
        except NoPeer as reason:
            print(f"  the peer is missing: {reason}", flush=True)
            found = intake.measure(bank, None, rounds=rounds, seconds=seconds)
            found["peer_missing"] = str(reason)
        found["peer_version"] = VERSION
        count = len(bank.sink.letters()) if bank.sink else 0
        used = {name: each for name, each in _used(bank).items() if name != "PostgreSQL"}
        found["processor_ms_a_complaint"] = processor.each(before, used, count)
        return found


def _used(bank: Bank) -> dict[str, float]:
    return processor.used(bank.server.process.pid, bank.cluster.folder) if bank.server else {}


def measure_pages(options: argparse.Namespace) -> dict[str, Any]:
    """Lists and pages at three sizes."""
    sizes = [1_000, 10_000, 100_000, *([1_000_000] if options.big else [])]
    with Bank() as bank:
        return pages.measure(
            bank, sizes, requests=300 if options.big else 80, seconds=30 if options.big else 6
        )


def measure_history(options: argparse.Namespace) -> dict[str, Any]:
    """Imports of three sizes."""
    sizes = [2_000, 20_000, 200_000] if options.big else [1_000, 4_000, 16_000]
    with Bank() as bank:
        return history.measure(bank, sizes)


def measure_folds(options: argparse.Namespace) -> dict[str, Any]:
    """Folds of cases with 2, 10 and 50 moments."""
    return folds.measure([2, 10, 50], 5.0 if options.big else 1.5)


MEASURES = {
    "start": start,
    "intake": measure_intake,
    "pages": measure_pages,
    "history": measure_history,
    "folds": measure_folds,
}

if __name__ == "__main__":
    sys.exit(main())
