"""From which situations a running case may change over to another drawing, proven beforehand for all of them.

The claim is about situations, not about a map as a whole: a case changes over only where the map leads what it stands
in to a situation in which a case of the new drawing rests too. Nothing moves by itself then, no step opens or is
cancelled, no handler is called; and because the new drawing was proven sound, its end can be reached from there. What
the claim costs, and which others were thought of: docs/adr/0016.

Conditions are not looked at, with one exception: a value that only the new drawing asks for is known of no case that
began before, so it may not be asked anywhere ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from yinuo.engines.processes.exploring import ENTERED, Explored, Place, Situation, able_to_reach, explore
from yinuo.engines.processes.marking import Marking, Token
from yinuo.engines.processes.migration import place
from yinuo.engines.processes.net import WAITING, Drawing, Flow, Kind, Node
from yinuo.engines.processes.problems import MigrationRefused, Problem, problem
from yinuo.engines.processes.soundness import check_migration
from yinuo.engines.processes.structure import about

STAYS = ""  # what a place becomes that has no counterpart: cases there keep their edition


def places(drawing: Drawing) -> list[Node]:
    """Where a case can stand while it waits: steps, sub-processes around them, joins; in the order of the file."""
    return [node for node in drawing.nodes.values() if sort_of(drawing, node)]


def sort_of(drawing: Drawing, node: Node) -> str:
    """What sort of place a node is, empty for one where no case waits; a place becomes one of its own sort."""
    if node.kind in WAITING:
        return "step"
    if node.kind is Kind.SUB:
        return "sub"
    return "join" if node.kind is Kind.PARALLEL and len(drawing.incoming(node.key)) > 1 else ""


def proposal(old: Drawing, new: Drawing) -> dict[str, str]:
    """The map to begin with: the same id, where it is a place of the same sort."""
    return {node.key: node.key if _like(old, new, node) else STAYS for node in places(old)}


def _like(old: Drawing, new: Drawing, node: Node) -> bool:
    return node.key in new.nodes and sort_of(new, new.node(node.key)) == sort_of(old, node)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is proven of one place: of how many situations with a case there, and what is wrong with the others."""

    proven: int
    refused: int
    problems: tuple[Problem, ...] = ()  # of the smallest situation that is refused


@dataclass(frozen=True)
class Proof:
    """A map between two drawings with what is proven of it; `steps` maps places, STAYS for none."""

    old: Drawing
    new: Drawing
    steps: Mapping[str, str]
    situations: frozenset[Situation]  # in which a case of the old drawing rests
    rests: frozenset[Situation]  # … of the new one
    asked: Mapping[Situation, tuple[str, str]]  # where a value nobody has is asked ahead: gateway and name
    _known: dict[Situation, tuple[Problem, ...]] = field(default_factory=dict, repr=False)

    def problems(self, situation: Situation) -> tuple[Problem, ...]:
        """Why a case in this situation cannot change over; empty where it is proven that it can."""
        if situation not in self._known:
            self._known[situation] = tuple(self._problems(situation))
        return self._known[situation]

    def of_place(self, key: str) -> Verdict:
        """What is proven of every situation in which a case stands at a place."""
        there = [each for each in self.situations if any(node == key for node, _ in each)]
        wrong = sorted(
            (each for each in there if self.problems(each)), key=lambda each: (len(each), sorted(each))
        )
        return Verdict(len(there) - len(wrong), len(wrong), self.problems(wrong[0]) if wrong else ())

    @property
    def moves_any(self) -> bool:
        """Whether anything is proven at all."""
        return any(not self.problems(situation) for situation in self.situations)

    @property
    def mapping(self) -> Mapping[str, str]:
        """The map with the arrows into joins, as `migration.place` wants it."""
        return {**self.steps, **dict(_arrows(self.old, self.new, self.steps))}

    def _problems(self, situation: Situation) -> Iterator[Problem]:
        if not situation:
            yield problem("place_none")
            return
        left_out = [node for node, _ in sorted(situation) if self.steps.get(node, STAYS) == STAYS]
        if left_out:
            yield from (about("place_stays", self.old.node(node)) for node in left_out)
            return
        marking = as_marking(self.old, situation)
        try:
            placed = situation_of(self.new, place(marking, self.new, self.mapping))
        except MigrationRefused as refusal:
            yield from (_by_name(each, self.old) for each in refusal.problems)
            return
        if placed not in self.rests:
            yield from check_migration(marking, self.new, self.mapping) or [_never(self.new, placed)]
        elif placed in self.asked:
            gateway, name = self.asked[placed]
            yield about("value_never_given", self.new.node(gateway), name=name)


def prove(old: Drawing, new: Drawing, steps: Mapping[str, str]) -> Proof:
    """What holds of a map; both drawings must have been proven sound, as every edition was."""
    there, here = explore(old), explore(new)
    asked = dict(_asked(here, old, new))
    return Proof(old, new, dict(steps), frozenset(_rests(old, there)), frozenset(_rests(new, here)), asked)


def situation_of(drawing: Drawing, marking: Marking) -> Situation:
    """Where a case stands, without what makes no difference: by which arrow it came to a step, and in what order."""
    return frozenset(_plain(drawing, (token.node, token.flow or "")) for token in marking.tokens)


def as_marking(drawing: Drawing, situation: Situation) -> Marking:
    """A marking of that situation, as if a case stood there."""
    ordered = sorted(situation, key=lambda each: (_depth(drawing, each[0]), each))
    serials = {node: serial for serial, (node, _) in enumerate(ordered, 1)}
    tokens = [
        Token(node, flow if flow not in ("", ENTERED) else None, serial, _holder(drawing, node, serials))
        for serial, (node, flow) in enumerate(ordered, 1)
    ]
    return Marking(tuple(tokens), len(tokens) + 1)


def _holder(drawing: Drawing, node: str, serials: Mapping[str, int]) -> int | None:
    scope = drawing.node(node).scope
    return serials[scope] if scope else None


def _depth(drawing: Drawing, key: str) -> int:
    scope = drawing.node(key).scope
    return 0 if scope is None else 1 + _depth(drawing, scope)


def _plain(drawing: Drawing, at: Place) -> Place:
    kind = drawing.node(at[0]).kind
    if kind is Kind.SUB:
        return at[0], ENTERED
    return at if kind is Kind.PARALLEL else (at[0], "")


def _rests(drawing: Drawing, found: Explored) -> Iterator[Situation]:
    for situation, moves in found.moves.items():
        if situation and not any(move.by_itself for move in moves):
            yield frozenset(_plain(drawing, each) for each in situation)


def _asked(found: Explored, old: Drawing, new: Drawing) -> Iterator[tuple[Situation, tuple[str, str]]]:
    """The situations from which a case may come to a condition on a value that the old drawing never asked for."""
    for flow in new.flows.values():
        names = sorted(flow.condition.names - old.condition_names) if flow.condition else []
        if names:
            goals = [each for each in found.moves if any(node == flow.source for node, _ in each)]
            for situation in able_to_reach(found, goals):
                yield frozenset(_plain(new, each) for each in situation), (flow.source, names[0])


def _arrows(old: Drawing, new: Drawing, steps: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Which arrow into a join became which: the one that cases take from the same places, whatever gateways lie between.

    Where that says nothing the id decides, and where there is none the proof says so.
    """
    for node in places(old):
        become = steps.get(node.key, STAYS)
        if sort_of(old, node) != "join" or become not in new.nodes:
            continue
        begun = {arrow.key: _begun(new, arrow) for arrow in new.incoming(become)}
        for flow in old.incoming(node.key):
            wanted = frozenset((steps.get(key, key), kind) for key, kind in _begun(old, flow))
            same = [key for key, places_of in begun.items() if places_of == wanted]
            if len(same) == 1:
                yield flow.key, same[0]


def _begun(drawing: Drawing, arrow: Flow) -> frozenset[tuple[str, Kind]]:
    """The places, and events at borders, from which a case comes along an arrow without standing anywhere between."""
    found: set[tuple[str, Kind]] = set()
    seen: set[str] = set()
    waiting = [drawing.node(arrow.source)]
    while waiting:
        node = waiting.pop()
        if node.key in seen:
            continue
        seen.add(node.key)
        if node.kind in (Kind.START, Kind.BOUNDARY):
            found.add((node.attached_to or node.scope or "", node.kind))
        elif sort_of(drawing, node):
            found.add((node.key, Kind.USER if node.kind in WAITING else node.kind))
        else:
            waiting += [drawing.node(flow.source) for flow in drawing.incoming(node.key)]
    return frozenset(found)


def _by_name(found: Problem, old: Drawing) -> Problem:
    """A place that is gone has no name in the new drawing, but had one in the old."""
    node = old.nodes.get(found.element_id)
    return replace(found, element_name=node.name) if node and not found.element_name else found


def _never(new: Drawing, placed: Situation) -> Problem:
    """Nothing would get stuck, yet no case of the new drawing ever stands like that."""
    first, *others = [new.node(node) for node, _ in sorted(placed)]
    if not others:
        return about("place_never", first)
    return problem(
        "place_never_with",
        first.key,
        first.name,
        others=", ".join(f"“{each.name or each.key}”" for each in others),
    )
