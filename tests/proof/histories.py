"""`python -m tests.proof.histories`: a hundred thousand random lives of a complaint; every one judged.

The lives of tests/histories, on PostgreSQL, one process a core, each with a database of its own. Any verb at any time,
by anybody, over days, weeks, holidays and year ends. Of every life: the process rebuilt from its facts is the stored
one, every clock stands as plain counting says, what was refused left nothing, and it could be brought to an end.
Writes docs/proof/histories.json; status 1 when anything did not agree.
"""

from __future__ import annotations

import argparse
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
TOGETHER = 100  # lives in one transaction
SHOWN = 5  # faults told word for word


def share(first: int, last: int) -> dict[str, Any]:
    """Live the lives from `first` up to `last` in the database of the environment; what came out."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from tests.histories.judge import faults
    from tests.histories.lives import DeadEnd, live, some_people

    call_command("migrate", verbosity=0)
    people = some_people()
    told: list[str] = []
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for begin in range(first, last, TOGETHER):
        with transaction.atomic():
            for number in range(begin, min(begin + TOGETHER, last)):
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


def together(number: int, processes: int) -> list[dict[str, Any]]:
    """All lives, shared among processes."""
    with Cluster() as cluster, tempfile.TemporaryDirectory() as home:
        children = []
        for place in range(processes):
            ends = [str(number * place // processes), str(number * (place + 1) // processes)]
            own = {"DATABASE_URL": cluster.create(f"lives{place}"), "YINUO_HOME": f"{home}/{place}"}
            env = os.environ | own | {"DJANGO_SETTINGS_MODULE": "yinuo.site.settings"}
            command = [sys.executable, "-m", "tests.proof.histories", "--share", *ends]
            children.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True))
        answers = [child.communicate()[0] for child in children]
        if any(child.returncode for child in children):
            raise SystemExit("a process failed")
        return [json.loads(answer.splitlines()[-1]) for answer in answers]


def main() -> int:
    """Live, judge, write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lives", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--share", nargs=2, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.share:
        print(json.dumps(share(*asked.share)))
        return 0
    begun = time.monotonic()
    answers = together(asked.lives, asked.processes)
    sums: dict[str, Counter[str]] = {name: Counter() for name in ("counts", "done", "refused")}
    for answer in answers:
        for name, counter in sums.items():
            counter.update(answer[name])
    told = [line for answer in answers for line in answer["told"]]
    counts = sums["counts"]
    ok = counts["lives"] == asked.lives and not counts["lives that do not agree"] and not told
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    result = {
        "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "ok": ok,
        "lives": counts.pop("lives"),
        "must_be_zero": {name: counts.pop(name, 0) for name in ("lives that do not agree", "dead ends")},
        "clocks": {name.removeprefix("clock "): n for name, n in sorted(counts.items())},
        "verbs_done": dict(sorted(sums["done"].items())),
        "verbs_refused": dict(sorted(sums["refused"].items())),
        "seconds": round(time.monotonic() - begun),
        "told": told[:SHOWN],
    }
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
