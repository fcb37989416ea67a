"""Asked before a drawing is published, and before a case is moved to it: can anybody get stuck?

The check explores every situation (see `exploring`); it does not look at conditions, so each way out of a
choice counts as possible. What it finds is certain; a drawing with more situations than the limit is refused
as too large.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from yinuo.engines.processes.exploring import (
    ENTERED,
    MAX_SITUATIONS,
    Explored,
    Situation,
    able_to_reach,
    explore,
)
from yinuo.engines.processes.marking import Marking
from yinuo.engines.processes.migration import place
from yinuo.engines.processes.net import AUTOMATIC, Drawing, Kind, Node
from yinuo.engines.processes.problems import MigrationRefused, Problem
from yinuo.engines.processes.structure import about, about_flow

_NONE: Mapping[str, Any] = MappingProxyType({})
_END: Situation = frozenset()


def check_soundness(
    drawing: Drawing, known_names: Collection[str] | None = None, *, limit: int = MAX_SITUATIONS
) -> list[Problem]:
    """Dead ends, doubled steps, endless runs, places out of reach; conditions on names not known."""
    found = explore(drawing, limit=limit)
    problems = list(_behaviour_problems(drawing, found, limit))
    problems += _unreachable(drawing, found)
    if known_names is not None:
        problems += check_names(drawing, known_names)
    return problems


def check_migration(
    marking: Marking,
    new_drawing: Drawing,
    mapping: Mapping[str, str] = _NONE,
    data: Mapping[str, Any] = _NONE,
    *,
    limit: int = MAX_SITUATIONS,
) -> list[Problem]:
    """What would go wrong for this one case on the new drawing, from where it stands."""
    try:
        placed = place(marking, new_drawing, mapping, data)
    except MigrationRefused as refusal:
        return refusal.problems
    found = explore(new_drawing, _situation(new_drawing, placed), limit)
    return list(_behaviour_problems(new_drawing, found, limit))


def check_reopening(drawing: Drawing, step_key: str, *, limit: int = MAX_SITUATIONS) -> list[Problem]:
    """What would go wrong for an ended case that goes on at this one step."""
    found = explore(drawing, frozenset({(step_key, "")}), limit)
    return list(_behaviour_problems(drawing, found, limit))


def check_names(drawing: Drawing, known_names: Collection[str]) -> list[Problem]:
    """Conditions that ask for a value nobody provides."""
    return [
        about_flow("condition_name_unknown", drawing, flow, name=name)
        for flow in drawing.flows.values()
        if flow.condition
        for name in sorted(flow.condition.names - set(known_names))
    ]


def check_handlers(drawing: Drawing, handlers: Collection[str]) -> list[Problem]:
    """Service and business-rule tasks for which the platform has nothing to do."""
    tasks = [node for node in drawing.nodes.values() if node.kind in AUTOMATIC]
    return [
        about("handler_missing", node, kind=node.kind.value) for node in tasks if node.key not in handlers
    ]


def _situation(drawing: Drawing, marking: Marking) -> Situation:
    def by(node: str, flow: str | None) -> str:
        return ENTERED if drawing.node(node).kind is Kind.SUB else flow or ""

    return frozenset((token.node, by(token.node, token.flow)) for token in marking.tokens)


def _behaviour_problems(drawing: Drawing, found: Explored, limit: int) -> Iterator[Problem]:
    if not found.complete:
        yield about("too_many_markings", drawing.start_of(None), limit=limit)
    for key in sorted({node for nodes in found.clashes.values() for node in nodes}):
        yield about("open_twice", drawing.node(key))
    yield from _ambiguous_messages(drawing, found)
    yield from _circles(drawing, found)
    dead = _dead(found)
    yield from _deadlocks(drawing, dead)
    if found.complete:
        yield from _never_ending(drawing, found, dead)


def _dead(found: Explored) -> list[Situation]:
    """Situations nothing but a message from outside gets out of. A clash is a way out, though a wrong one."""
    return [
        situation
        for situation, moves in found.moves.items()
        if situation and situation not in found.clashes and all(move.heard for move in moves)
    ]


def _deadlocks(drawing: Drawing, dead: list[Situation]) -> Iterator[Problem]:
    missing: dict[str, set[str]] = {}
    for situation in dead:
        for key, _ in situation:
            if drawing.node(key).kind is Kind.PARALLEL:
                flows = [flow for flow in drawing.incoming(key) if (key, flow.key) not in situation]
                missing.setdefault(key, set()).update(_called(drawing.node(flow.source)) for flow in flows)
    for key in sorted(missing):
        yield about("deadlock", drawing.node(key), missing=", ".join(sorted(missing[key])))


def _never_ending(drawing: Drawing, found: Explored, dead: list[Situation]) -> Iterator[Problem]:
    """Situations that go on for ever, without an end and without a dead end (which is reported as such)."""
    goals = [_END, *dead, *found.clashes]
    trapped = found.moves.keys() - able_to_reach(found, goals)
    if not trapped:
        return
    held = [{node for node, _ in situation} for situation in trapped]
    always = set.intersection(*held) or min(held, key=lambda nodes: (len(nodes), sorted(nodes)))
    for key in sorted(always):
        yield about("never_ends", drawing.node(key))


def _circles(drawing: Drawing, found: Explored) -> Iterator[Problem]:
    """Circles of moves without a person: what cannot be on one is peeled off until nothing changes."""
    ahead = {s: {move.after for move in moves if move.by_itself} for s, moves in found.moves.items()}
    left = set(ahead)
    while True:
        followed = {after for situation in left for after in ahead[situation] & left}
        kept = {situation for situation in left & followed if ahead[situation] & left}
        if kept == left:
            break
        left = kept
    moved = {m.node for s in left for m in found.moves[s] if m.by_itself and m.after in left}
    first = next((node for key, node in drawing.nodes.items() if key in moved), None)
    if first:
        yield about("circle_without_person", first)


def _ambiguous_messages(drawing: Drawing, found: Explored) -> Iterator[Problem]:
    """Messages that two open places would wait for."""
    waits = {key: _messages_at(drawing, key) for key in drawing.nodes}
    reported: set[str] = set()
    for situation in found.moves:
        names = [name for key, _ in sorted(situation) for name in waits[key]]
        for name in {name for name in names if names.count(name) > 1} - reported:
            reported.add(name)
            key = next(key for key, _ in sorted(situation) if name in waits[key])
            yield about("message_ambiguous", drawing.node(key), message=name)


def _messages_at(drawing: Drawing, key: str) -> list[str]:
    here = (drawing.node(key), *drawing.boundaries(key))
    return [node.message for node in here if node.message]


def _unreachable(drawing: Drawing, found: Explored) -> list[Problem]:
    """Nodes no case comes to; when clashes or the limit cut the view short, those no flow leads to at all."""
    cut_short = found.clashes or not found.complete
    seen = _led_to(drawing) if cut_short else found.nodes_seen
    return [
        about("unreachable", node)
        for key, node in drawing.nodes.items()
        if key not in seen and not (node.kind is Kind.BOUNDARY and node.attached_to in seen)
    ]


def _led_to(drawing: Drawing) -> set[str]:
    """Every node to which some way leads, whatever the tokens do."""
    seen: set[str] = set()
    waiting = [drawing.start_of(None)]
    while waiting:
        node = waiting.pop()
        if node.key in seen:
            continue
        seen.add(node.key)
        waiting += [drawing.node(flow.target) for flow in drawing.outgoing(node.key)]
        if node.kind is Kind.SUB:
            waiting += [drawing.start_of(node.key), *drawing.boundaries(node.key)]
    return seen


def _called(node: Node) -> str:
    return f"“{node.name}”" if node.name else node.key
