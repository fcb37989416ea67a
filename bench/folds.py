"""Folding clocks: how many a second one processor judges, by the number of moments a case has seen."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from yinuo.engines.promises.fold import Moment, fold
from yinuo.engines.promises.promise import parse_promises
from yinuo.ground.worktime import parse_calendar

ROOT = Path(__file__).resolve().parents[1] / "yinuo"
START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def measure(sizes: list[int], seconds: float) -> dict[str, Any]:
    """Folds a second of the shipped promises on the shipped calendar, by moments per case."""
    promises = parse_promises((ROOT / "packs/complaints/content/promises.toml").read_text(encoding="utf-8"))
    calendar = parse_calendar(_calendar())
    found = {}
    for size in sizes:
        histories = [_history(promises, START + timedelta(hours=7 * n), size) for n in range(200)]
        now = START + timedelta(days=200)
        done, begun, used = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - begun < seconds:
            for moments in histories:
                for promise in promises:
                    fold(promise, moments, calendar, now)
            done += len(histories) * len(promises)
        wall, processor = time.perf_counter() - begun, time.process_time() - used
        found[str(size)] = {
            "per_second": round(done / wall),
            "per_second_of_processor_time": round(done / processor),
        }
    return found


def _calendar() -> str:
    files = sorted(ROOT.rglob("china.calendar.toml")) or sorted(ROOT.rglob("*china*.toml"))
    return files[0].read_text(encoding="utf-8")


def _history(promises: list[Any], start: datetime, size: int) -> list[Moment]:
    """A case's moments: received, then waiting for the customer and going on, again and again."""
    pausing = next((p for p in promises if p.pauses), promises[0])
    kinds = [*sorted(pausing.pauses)[:1], *sorted(pausing.resumes)[:1]] or ["cases.step_done"]
    begin = Moment(sorted(promises[0].starts)[0], start)
    return [begin] + [
        Moment(kinds[n % len(kinds)], start + timedelta(hours=3 * n + 1)) for n in range(size - 1)
    ]
