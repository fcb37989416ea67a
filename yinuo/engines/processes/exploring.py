"""All situations a drawing can come into: every choice free, every order of moves.

A situation is a set of places. A place is (node, flow): a token at a node, having come by a flow;
(sub-process, ENTERED) while tokens are inside. Because a sound case never has two tokens in one place, a set
is enough; a move that would put a second token down is reported as a clash and followed no further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from yinuo.engines.processes.net import WAITING, Drawing, Flow, Kind

ENTERED = "(entered)"
MAX_SITUATIONS = 10_000

Place = tuple[str, str]
Situation = frozenset[Place]


class Move(NamedTuple):
    """What one node does. `heard`: only if a message arrives; `by_itself`: without a person."""

    node: str
    after: Situation
    by_itself: bool
    heard: bool = False


@dataclass
class Explored:
    """Moves from every situation; the situations where two tokens would meet; whether all was seen."""

    first: Situation
    moves: dict[Situation, list[Move]] = field(default_factory=dict)
    clashes: dict[Situation, set[str]] = field(default_factory=dict)
    complete: bool = True

    @property
    def nodes_seen(self) -> set[str]:
        return {node for situation in self.moves for node, _ in situation}


class _Clash(Exception):
    """A move that would put a second token where one is."""

    def __init__(self, node: str) -> None:
        self.node = node


def explore(drawing: Drawing, first: Situation | None = None, limit: int = MAX_SITUATIONS) -> Explored:
    """Every situation reachable from the start, or from the situation of a case that already runs."""
    if first is None:
        first = frozenset({(drawing.start_of(None).key, "")})
    found = Explored(first)
    waiting = [first]
    while waiting:
        situation = waiting.pop()
        if situation in found.moves:
            continue
        if len(found.moves) >= limit:
            found.complete = False
            return found
        found.moves[situation] = _moves(drawing, situation, found)
        waiting += [move.after for move in found.moves[situation]]
    return found


def _moves(drawing: Drawing, situation: Situation, found: Explored) -> list[Move]:
    moves: list[Move] = []
    for place in sorted(situation):
        for make in _possible(drawing, situation, place):
            try:
                moves.append(Move(place[0], make.after(), make.by_itself, make.heard))
            except _Clash as clash:
                found.clashes.setdefault(situation, set()).add(clash.node)
    return moves


@dataclass(frozen=True, slots=True)
class _Try:
    """A move not yet made: the places it takes away and the flows it puts tokens on."""

    drawing: Drawing
    situation: Situation
    taken: frozenset[Place]
    flows: tuple[Flow, ...] = ()
    put: tuple[Place, ...] = ()
    by_itself: bool = True
    heard: bool = False

    def after(self) -> Situation:
        """The situation it leads to; _Clash when two tokens would meet."""
        after = set(self.situation - self.taken)
        for place in (*((flow.target, flow.key) for flow in self.flows), *self.put):
            if _is_held(self.drawing, after, place):
                raise _Clash(place[0])
            after.add(place)
        return frozenset(after)


def _is_held(drawing: Drawing, places: set[Place], new: Place) -> bool:
    """A second token in one place (at a join: by one flow). At an end two may meet, for both vanish."""
    kind = drawing.node(new[0]).kind
    if kind is Kind.END:
        return False
    if kind is Kind.PARALLEL:
        return new in places
    return any(node == new[0] for node, _ in places)


def _possible(drawing: Drawing, situation: Situation, place: Place) -> Iterator[_Try]:
    node = drawing.node(place[0])
    here = frozenset({place})
    out = drawing.outgoing(node.key)
    if node.kind is Kind.PARALLEL:
        needed = [(node.key, flow.key) for flow in drawing.incoming(node.key)]
        # only the token of the first flow makes the move, so that it is made once
        if place == needed[0] and all(each in situation for each in needed):
            yield _Try(drawing, situation, frozenset(needed), out)
    elif node.kind is Kind.EXCLUSIVE:
        for flow in out:
            yield _Try(drawing, situation, here, (flow,))
    elif node.kind is Kind.END:
        yield _Try(
            drawing, situation, _same_scope(drawing, situation, node.scope) if node.terminate else here
        )
    elif node.kind is Kind.SUB:
        yield from _sub_process(drawing, situation, place)
    else:
        yield _Try(drawing, situation, here, out, by_itself=node.kind not in WAITING)


def _sub_process(drawing: Drawing, situation: Situation, place: Place) -> Iterator[_Try]:
    key, flow = place
    here = frozenset({place})
    if flow != ENTERED:
        inner = ((key, ENTERED), (drawing.start_of(key).key, ""))
        yield _Try(drawing, situation, here, put=inner)
        return
    inside = frozenset(each for each in situation if drawing.is_within(each[0], key))
    if not inside:
        yield _Try(drawing, situation, here, drawing.outgoing(key))
    for boundary in drawing.boundaries(key):
        flows = drawing.outgoing(boundary.key)
        yield _Try(drawing, situation, here | inside, flows, by_itself=False, heard=True)


def _same_scope(drawing: Drawing, situation: Situation, scope: str | None) -> frozenset[Place]:
    if scope is None:
        return situation
    return frozenset(each for each in situation if drawing.is_within(each[0], scope))


def able_to_reach(found: Explored, goals: Iterable[Situation]) -> set[Situation]:
    """The situations from which some goal can be reached."""
    before: dict[Situation, list[Situation]] = {}
    for situation, moves in found.moves.items():
        for move in moves:
            before.setdefault(move.after, []).append(situation)
    reached: set[Situation] = set()
    waiting = list(goals)
    while waiting:
        situation = waiting.pop()
        if situation not in reached:
            reached.add(situation)
            waiting += before.get(situation, [])
    return reached
