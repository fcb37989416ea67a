"""The whole suite: which attackers there are, and what they found in a target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.attack import conduct, fuzz
from tests.attack.assault import WORD, Assault
from tests.attack.browser import Browser
from tests.attack.target import NOBODY, Target

Attack = Callable[[Assault, float], None]
FUZZERS: dict[str, Attack] = {
    "conduct": conduct.conduct,
    "paths": fuzz.paths,
    "parameters": fuzz.parameters,
    "pauses": fuzz.pauses,
}
# What the holes of the test build are, and by what word of a finding each is known.
HOLES = {
    "SQL from what was asked": ("/complaints/how-many", ("broke", "SQL", "injectable", "SQL Injection")),
    "HTML from what was asked": ("/complaints/greeting", ("markup", "Cross Site Scripting", "Reflected")),
    "an object without the question whose it is": ("glance", ("foreign",)),
}


def attack(
    target: Target, roles: Sequence[str], tools: Sequence[str], seconds: float
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Role by role: what was visited, how much was sent, what was found. Each begins with an untouched bank."""
    sights = target.sights()
    for place, role in enumerate(roles or list(sights)):
        target.renew() if place else target.open()
        yield role, one(target, role, sights[role], tools, seconds)


def one(
    target: Target, role: str, sight: dict[str, Any], tools: Sequence[str], seconds: float
) -> dict[str, Any]:
    """One role under every tool."""
    from tests.attack.tools import TOOLS

    before = target.rights()
    assault = Assault(role, Browser(target.port, sight["account"]), sight)
    assault.begin()
    for name, tool in {**FUZZERS, **TOOLS}.items():
        if name in tools:
            tool(assault, seconds)
    said = [line for line in target.said().splitlines() if "Traceback" in line]
    assault.tell("log", "whatever was sent", [f"log: {len(said)} tracebacks"] if said else [])
    after = target.rights()
    if before != after and role not in ("secadmin", NOBODY):
        assault.tell("unasked", "whatever was sent", [f"rights: {before} became {after}"])
    return {
        "account": (sight["account"] or {}).get("username", ""),
        "doors": len(assault.doors),
        "kinds_of_address": len(assault.kinds),
        "parameters": sum(len(door.names) for door in assault.kinds),
        "visited": sorted(filter(is_ours, assault.browser.visited)),
        "sent": dict(assault.sent),
        "planned": dict(assault.planned),
        "findings": [each.row() for each in assault.findings.values()],
    }


def is_ours(visited: str) -> bool:
    """Whether it is an address of the program, and not one that a payload made up."""
    return visited.startswith(("GET /", "POST /")) and "%" not in visited and WORD not in visited


def holes_found(findings: list[dict[str, str]]) -> dict[str, list[str]]:
    """By hole: by which attackers it was found."""
    return {
        hole: sorted(
            {
                each["by"]
                for each in findings
                if where in each["request"] and any(w in each["said"] for w in words)
            }
        )
        for hole, (where, words) in HOLES.items()
    }
