"""Which floor of the house a module stands on, and whether a foreign key points downward."""

from __future__ import annotations

FLOORS = ("facts", "ground", "engines", "web", "packs", "loops", "channels", "site")
# Within a floor, from the lowest; packages on one step do not point at each other.
STEPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ground": (
        ("people", "vault", "terms", "worktime", "jobs", "tables"),
        ("files", "outbox"),
        ("customers",),
        ("factors", "federation"),
        ("access",),
    ),
    "engines": (("editions", "loops"), ("promises", "processes"), ("cases",), ("measures",)),
}


def floor(module: str) -> tuple[int, int] | None:
    """Height of a module of ours as (floor, step); None for somebody else's module, which lies below all."""
    parts = module.split(".")
    if parts[0] != "yinuo" or len(parts) < 2 or parts[1] not in FLOORS:
        return None
    steps = STEPS.get(parts[1], ())
    package = parts[2] if len(parts) > 2 else ""
    step = next((number for number, names in enumerate(steps) if package in names), len(steps))
    return FLOORS.index(parts[1]), step


def package(module: str) -> str:
    """The app of a module: yinuo.ground.people for yinuo.ground.people.models, yinuo.facts for facts."""
    parts = module.split(".")
    return ".".join(parts[:2] if parts[1:2] in (["facts"], ["web"], ["site"]) else parts[:3])


def may_point(source: str, target: str) -> bool:
    """Whether a row of `source` may hold the key of a row of `target` (modules)."""
    above, below = floor(source), floor(target)
    if above is None or below is None or package(source) == package(target):
        return True
    return below < above
