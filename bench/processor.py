"""Processor time by part: on a shared machine it says more than the clock on the wall."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PARTS = {"--interface wsgi": "web", "--interface asgi": "live", "yinuo background": "background"}


def used(supervisor: int, cluster: Path) -> dict[str, float]:
    """Seconds of processor time so far, by part, of what a supervisor runs and of its PostgreSQL.

    What has ended (a connection's server process, say) is not counted any more.
    """
    found: dict[str, float] = {}
    for top, words in _processes().items():
        part = next((name for mark, name in PARTS.items() if mark in words), "")
        if part and _parent(top) == supervisor:
            found[part] = found.get(part, 0.0) + sum(map(_seconds, _below(top)))
    if server := _postmaster(cluster):
        found["PostgreSQL"] = sum(map(_seconds, _below(server)))
    return found


def each(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    """Milliseconds of processor time for one piece of work, by part."""
    return {
        name: round(1000 * (used - before.get(name, 0.0)) / max(1, count), 2) for name, used in after.items()
    }


def _postmaster(cluster: Path) -> int:
    try:
        return int((cluster / "data" / "postmaster.pid").read_text().split()[0])
    except OSError:
        return 0


def _below(top: int) -> set[int]:
    found, size = {top}, 0
    while size != len(found):
        size = len(found)
        found |= {pid for pid in _processes() if _parent(pid) in found}
    return found


def _processes() -> dict[int, str]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
        except OSError:
            continue
    return found


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return ["0"] * 20


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _seconds(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK
