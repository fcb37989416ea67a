"""`python -m tests.proof.histories`: a hundred thousand random lives of a complaint; every one judged.

The lives of tests/histories, one process a core, each with a database of its own: SQLite, and PostgreSQL for every
tenth slice. Any verb at any time, by anybody, over days, weeks, holidays and year ends. Of every life: the process
rebuilt from its facts is the stored one, every clock stands as plain counting says, what was refused left nothing,
and it could be brought to an end.

Every slice that is done is kept in build/lives/<commit>; begun again at the same commit it goes on from there. What came
out is added to docs/proof/histories.json, where what other lives came to at other commits stays: `--first 60000 --lives
40000` goes on where an earlier commit stopped. Status 1 when anything did not agree.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs" / "proof" / "histories.json"
KEPT = ROOT / "build" / "lives"
SLICE = 500  # lives, after which what came out is kept
TOGETHER = 100  # lives in one transaction
ON_POSTGRES = 10  # one slice in so many
SHOWN = 5  # faults told word for word


def share(numbers: list[int], kept: Path) -> None:
    """Live these slices in the database of the environment; keep what came out of each."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.histories.lives import People, some_people

    call_command("migrate", verbosity=0)
    people: People = some_people()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    for number in numbers:
        begun = time.process_time()
        found = _lived(range(number * SLICE, (number + 1) * SLICE), people)
        found |= {"database": connection.vendor, "seconds": round(time.process_time() - begun, 1)}
        _write(kept / f"{number}.json", found)


def _lived(numbers: range, people: Any) -> dict[str, Any]:
    """What came out of these lives."""
    from django.db import transaction

    from tests.histories.judge import faults
    from tests.histories.lives import DeadEnd, live

    told: list[str] = []
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for begin in range(numbers.start, numbers.stop, TOGETHER):
        with transaction.atomic():
            for number in range(begin, min(begin + TOGETHER, numbers.stop)):
                try:
                    life = live(number, people)
                except DeadEnd as error:
                    counts["dead ends"] += 1
                    told.append(str(error))
                    continue
                found = faults(life)
                counts["lives"] += 1
                counts["lives that do not agree"] += bool(found)
                told += [f"{life}\n{fault}" for fault in found]
                done.update(life.done)
                refused.update(life.refused)
                counts.update(f"clock {status}" for status in life.verdicts())
    return {"counts": counts, "done": done, "refused": refused, "told": told[:SHOWN]}


def _write(path: Path, found: dict[str, Any]) -> None:
    """Whole or not at all, whenever it is killed."""
    half = path.with_suffix(".half")
    half.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    half.replace(path)


def together(slices: range, processes: int, kept: Path) -> None:
    """All slices that are not kept yet, shared among processes."""
    kept.mkdir(parents=True, exist_ok=True)
    missing = [number for number in slices if not (kept / f"{number}.json").exists()]
    print(f"{len(slices) - len(missing)} of {len(slices)} slices were kept, {len(missing)} to do", flush=True)
    with Cluster() as cluster, tempfile.TemporaryDirectory() as home:
        children = []
        for place in range(processes):
            on_postgres = [number for number in missing if number % ON_POSTGRES == 0][place::processes]
            on_sqlite = [number for number in missing if number % ON_POSTGRES][place::processes]
            for numbers, database in (
                (on_sqlite, f"sqlite:///{home}/{place}.sqlite3"),
                (on_postgres, cluster.create(f"lives{place}")),
            ):
                if numbers:
                    children.append(_child(numbers, database, f"{home}/{database[:6]}{place}", kept))
        if any([child.wait() for child in children]):  # wait for every one of them
            raise SystemExit("a process failed")


def _child(numbers: list[int], database: str, home: str, kept: Path) -> subprocess.Popen[bytes]:
    own = {"DATABASE_URL": database, "YINUO_HOME": home, "DJANGO_SETTINGS_MODULE": "yinuo.site.settings"}
    command = [sys.executable, "-m", "tests.proof.histories", "--into", str(kept), "--share"]
    return subprocess.Popen([*command, *map(str, numbers)], cwd=ROOT, env=os.environ | own)


def main() -> int:
    """Live, judge, write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lives", type=int, default=100_000, help=f"a multiple of {SLICE}")
    parser.add_argument(
        "--first", type=int, default=0, help=f"the number of the first, a multiple of {SLICE}"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--share", nargs="+", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.share:
        share(asked.share, asked.into)
        return 0
    if asked.lives % SLICE or asked.lives <= 0 or asked.first % SLICE or asked.first < 0:
        parser.error(f"--lives and --first are multiples of {SLICE}")
    commit = _git("rev-parse", "HEAD")
    changed = bool(_git("status", "--porcelain", "--", "yinuo", "tests"))
    kept = KEPT / (f"{commit}-changed" if changed else commit)
    slices = range(asked.first // SLICE, (asked.first + asked.lives) // SLICE)
    together(slices, asked.processes, kept)
    found = [json.loads((kept / f"{number}.json").read_text("utf-8")) for number in slices]
    result = _result(found, commit, changed=changed)
    result |= {"first": asked.first, "last": asked.first + asked.lives - 1}
    ok = result["ok"] = result["lives"] == asked.lives and not any(result["must_be_zero"].values())
    if not changed:
        every = _beside(result, json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {})
        RESULT.write_text(json.dumps(every, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0 if ok else 1


def _beside(result: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """A run beside the earlier ones whose lives it did not live again."""
    runs = [
        run
        for run in before.get("runs", [])
        if run["last"] < result["first"] or run["first"] > result["last"]
    ]
    runs = sorted([*runs, result], key=lambda run: run["first"])
    return {"ok": all(run["ok"] for run in runs), "lives": sum(run["lives"] for run in runs), "runs": runs}


def _result(found: list[dict[str, Any]], commit: str, *, changed: bool) -> dict[str, Any]:
    counts, done, refused = (
        sum((Counter(each[name]) for each in found), Counter[str]()) for name in ("counts", "done", "refused")
    )
    lives: Counter[str] = Counter()
    for each in found:
        lives[each["database"]] += each["counts"].get("lives", 0)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "commit": commit + (" and changes" if changed else ""),
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "ok": False,
        "lives": counts.pop("lives", 0),
        "by_database": dict(sorted(lives.items())),
        "must_be_zero": {name: counts.pop(name, 0) for name in ("lives that do not agree", "dead ends")},
        "clocks": {name.removeprefix("clock "): n for name, n in sorted(counts.items())},
        "verbs_done": dict(sorted(done.items())),
        "verbs_refused": dict(sorted(refused.items())),
        "processor_seconds": round(sum(each["seconds"] for each in found)),
        "told": [line for each in found for line in each["told"]][:SHOWN],
    }


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
