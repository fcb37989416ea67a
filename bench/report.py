"""What a run leaves: a table for the eye, a dated file for the documentation."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.bank import ROOT, Process, free_port

RESULTS = Path(__file__).with_name("results")


def head() -> dict[str, Any]:
    """When, what and on which machine."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": _git("rev-parse", "--short=12", "HEAD")
        + ("+" if _git("status", "--porcelain", "-uno") else ""),
        "machine": {
            "processors": os.cpu_count(),
            "processor": _processor(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "system": f"{platform.system()} {platform.release()}",
        },
        "versions": _versions(),
    }


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT).stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    from tests.postgres import programs

    server = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True).stdout
    names = ("Django", "psycopg", "granian", "django-ninja")
    return {
        "Python": platform.python_version(),
        "PostgreSQL": server.split()[2],
        **{n: version(n) for n in names},
    }


def starts() -> dict[str, float]:
    """Seconds from the command to `ready=true`: on an empty home (with the demonstration's load) and again."""
    folder = Path(tempfile.mkdtemp(prefix="yinuo-start-"))
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"YINUO_HOME": str(folder)}
    try:
        return {name: _start(folder, environment) for name in ("first_seconds", "second_seconds")}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, environment: dict[str, str]) -> float:
    log = folder.with_suffix(f".{time.monotonic_ns()}.log")
    command = [sys.executable, "-u", "-m", "yinuo", "run", "--port", str(free_port())]
    begun = time.monotonic()
    process = Process([*command, "--live-port", str(free_port())], log, env=environment)
    try:
        while "ready=true" not in log.read_text(errors="replace"):
            if process.process.poll() is not None:
                raise RuntimeError(log.read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        return round(time.monotonic() - begun, 1)
    finally:
        process.stop()
        log.unlink()


def write(result: dict[str, Any]) -> Path:
    """bench/results/<date>T<time>-<commit>.json"""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result['date'][:16].replace(':', '')}-{result['commit'].rstrip('+')}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path.relative_to(ROOT)


def table(result: dict[str, Any]) -> str:
    """The figures in a few lines, with how cost grows."""
    lines = [f"\n{result['date']}  commit {result['commit']}  load {result['load_before'][0]:.1f}"]
    if found := result.get("start"):
        lines.append(f"start: first {found['first_seconds']} s, again {found['second_seconds']} s (SQLite)")
    if found := result.get("intake"):
        lines += _intake(found)
    for name, sizes in result.get("pages", {}).items():
        shown = "   ".join(
            f"{size}: {each['inside_p50_ms']} / {each['inside_p95_ms']} (over HTTP {each['p50_ms']} / {each['p95_ms']})"
            for size, each in sizes.items()
        )
        lines.append(f"{name}, server p50 / p95 ms: {shown}   growth {_growth(sizes, 'p50_ms')}")
    if found := result.get("history"):
        shown = "   ".join(f"{size}: {each['per_second']}/s" for size, each in found.items())
        lines.append(f"import of history: {shown}")
    if found := result.get("folds"):
        shown = "   ".join(f"{size} moments: {each['per_second']}/s" for size, each in found.items())
        lines.append(f"folds: {shown}")
    return "\n".join(lines)


def _intake(found: dict[str, Any]) -> list[str]:
    lines = [_rates("intake, yinuo", found["yinuo"])]
    if "peer" in found:
        lines.append(_rates(f"intake, {found['peer_version']}", found["peer"]) + f"   ratio {found['ratio']}")
    else:
        lines.append(f"intake: {found['peer_version']} is missing: {found['peer_missing'][:80]}")
    letters = found["letters"]
    later = letters["seconds_after_each_round"]
    lines.append(
        f"letters: {letters['left']} left for {letters['complaints']} complaints, the last {later} s after"
    )
    return [*lines, f"processor ms a complaint: {found['processor_ms_a_complaint']}"]


def _rates(name: str, found: dict[str, Any]) -> str:
    return f"{name}: {found['rate']}/s   p50 {found['p50_ms']} ms   p95 {found['p95_ms']} ms"


def _growth(sizes: dict[str, Any], figure: str) -> str:
    """How many times the cost at the largest size is that at the smallest."""
    figures = [each[figure] for each in sizes.values()]
    return f"x{figures[-1] / figures[0]:.1f} over x{int(list(sizes)[-1]) // int(next(iter(sizes)))}"
