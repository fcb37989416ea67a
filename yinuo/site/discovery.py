"""Finds packs, loops and channels by walking their folders: no central list is edited to add one."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]


def apps_below(floor: str) -> list[str]:
    """Dotted names of the folders of one floor that are Python packages, in name order."""
    found = sorted(p.parent.name for p in (ROOT / floor).glob("*/__init__.py"))
    return [f"yinuo.{floor}.{name}" for name in found]


def modules_named(name: str, floors: tuple[str, ...] = ("packs", "loops", "channels")) -> list[ModuleType]:
    """Import `name` (say "pack" or "urls") from every folder of the floors that has such a file."""
    found = []
    for floor in floors:
        for app in apps_below(floor):
            folder = ROOT / floor / app.rsplit(".", 1)[1]
            if (folder / f"{name}.py").exists():
                found.append(importlib.import_module(f"{app}.{name}"))
    return found
