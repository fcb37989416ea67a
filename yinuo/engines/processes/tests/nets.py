"""Random nets for the property tests, and a token game that shares nothing with the code it checks.

A net is plain data. The game here is written for being obviously right: markings are sorted tuples of tokens, every
move in every order is tried, and nothing is clever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from yinuo.engines.processes.tests.building import TERMINATE, boundary, document, flow, node

PERSON, XOR, AND, START, END, STOP, SUB = "person", "xor", "and", "start", "end", "stop", "sub"
ELEMENT = {
    PERSON: "userTask",
    XOR: "exclusiveGateway",
    AND: "parallelGateway",
    START: "startEvent",
    END: "endEvent",
    STOP: "endEvent",
    SUB: "subProcess",
}


@dataclass
class Net:
    """kind by node; edges (id, from, to); scope by node; messages (boundary, host, message)."""

    kinds: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)
    scopes: dict[str, str | None] = field(default_factory=dict)
    boundaries: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, kind: str, scope: str | None = None) -> str:
        key = f"{kind}{len(self.kinds)}"
        self.kinds[key], self.scopes[key] = kind, scope
        return key

    def join(self, source: str, target: str) -> None:
        self.edges.append((f"e{len(self.edges)}", source, target))

    def outs(self, key: str) -> list[tuple[str, str, str]]:
        return [edge for edge in self.edges if edge[1] == key]

    def ins(self, key: str) -> list[tuple[str, str, str]]:
        return [edge for edge in self.edges if edge[2] == key]

    def chosen(self, key: str, choices: dict[str, int]) -> tuple[str, str, str]:
        """The flow a choice takes: number c of its flows, the last when there is no such number."""
        outs = self.outs(key)
        return outs[min(choices.get(f"c_{key}", 0), len(outs) - 1)]

    def xml(self) -> bytes:
        messages = [message for _, _, message in self.boundaries]
        return document(self._scope(None), messages=messages)

    def _scope(self, scope: str | None) -> str:
        parts = []
        for key, kind in self.kinds.items():
            if self.scopes[key] != scope:
                continue
            inside = TERMINATE if kind == STOP else self._scope(key) if kind == SUB else ""
            outs = self.outs(key)
            choice = {"default": outs[-1][0]} if kind == XOR and len(outs) > 1 else {}
            parts.append(node(ELEMENT[kind], key, inside=inside, **choice))
            for place, (edge, source, target) in enumerate(outs):
                condition = f"c_{key} == {place}" if choice and place < len(outs) - 1 else None
                parts.append(flow(edge, source, target, condition))
        for key, host, message in self.boundaries:
            if self.scopes[host] == scope:
                parts.append(boundary(key, host, f"m_{message}"))
                parts += [flow(*edge) for edge in self.outs(key)]
        return "".join(parts)


# A block is drawn between an entry and an exit; blocks nest, so a net of blocks is sound by construction.


def blocks(subs: bool) -> st.SearchStrategy:
    def grown(inner: st.SearchStrategy) -> st.SearchStrategy:
        several = st.lists(inner, min_size=2, max_size=3)
        shapes = [
            st.tuples(st.just("row"), several),
            st.tuples(st.just(XOR), several),
            st.tuples(st.just(AND), several),
            st.tuples(st.just("loop"), st.tuples(inner, inner)),
        ]
        if subs:
            shapes.append(st.tuples(st.just(SUB), st.tuples(inner, st.booleans())))
        return st.one_of(shapes)

    return st.recursive(st.just((PERSON, ())), grown, max_leaves=6)


def build(net: Net, block: tuple, scope: str | None) -> tuple[str, str]:
    """Draw a block; returns its first and its last node."""
    shape, parts = block
    if shape == PERSON:
        key = net.add(PERSON, scope)
        return key, key
    if shape == "row":
        ends = [build(net, part, scope) for part in parts]
        for (_, last), (first, _) in pairwise(ends):
            net.join(last, first)
        return ends[0][0], ends[-1][1]
    if shape == SUB:
        return _build_sub(net, *parts, scope)
    if shape == "loop":
        merge, choice = net.add(XOR, scope), net.add(XOR, scope)
        (first, last), (back_first, back_last) = (build(net, part, scope) for part in parts)
        net.join(merge, first)
        net.join(last, choice)
        net.join(choice, back_first)
        net.join(back_last, merge)
        return merge, choice
    split, merge = net.add(shape, scope), net.add(shape, scope)
    for part in parts:
        first, last = build(net, part, scope)
        net.join(split, first)
        net.join(last, merge)
    return split, merge


def _build_sub(net: Net, inner: tuple, interrupted: bool, scope: str | None) -> tuple[str, str]:
    sub, merge = net.add(SUB, scope), net.add(XOR, scope)
    start, end = net.add(START, sub), net.add(END, sub)
    first, last = build(net, inner, sub)
    net.join(start, first)
    net.join(last, end)
    net.join(sub, merge)
    if interrupted:
        key = f"b_{sub}"
        net.boundaries.append((key, sub, f"stop_{sub}"))
        after = net.add(PERSON, scope)
        net.join(key, after)
        net.join(after, merge)
    return sub, merge


@st.composite
def sound_nets(draw: st.DrawFn, subs: bool = True) -> Net:
    net = Net()
    start, end = net.add(START), net.add(draw(st.sampled_from([END, STOP])))
    first, last = build(net, draw(blocks(subs)), None)
    net.join(start, first)
    net.join(last, end)
    return net


@st.composite
def any_nets(draw: st.DrawFn) -> Net:
    """A sound net after a few accidents: gateways of the wrong kind, flows astray, early ends, steps without people."""
    net = draw(sound_nets(subs=False))
    gateways = [key for key, kind in net.kinds.items() if kind in (XOR, AND)]
    people = [key for key, kind in net.kinds.items() if kind == PERSON]
    for _ in range(draw(st.integers(0, 4))):
        accident = draw(st.sampled_from(["flip", "redirect", "end", "nobody"]))
        if accident == "flip" and gateways:
            key = draw(st.sampled_from(gateways))
            net.kinds[key] = XOR if net.kinds[key] == AND else AND
        elif accident == "redirect":
            places = [place for place, edge in enumerate(net.edges) if len(net.ins(edge[2])) > 1]
            if places:
                _redirect(net, draw(st.sampled_from(places)), draw(st.sampled_from(sorted(net.kinds))))
        elif accident == "nobody":
            net.kinds[draw(st.sampled_from(people))] = XOR
        elif accident == "end" and gateways:
            end = net.add(draw(st.sampled_from([END, STOP])))
            net.join(draw(st.sampled_from(gateways)), end)
    return net


def _redirect(net: Net, place: int, target: str) -> None:
    edge, source, _ = net.edges[place]
    if net.kinds[target] != START:
        net.edges[place] = (edge, source, target)


# The slow token game. A token is (node, edge it came by); a marking is a sorted tuple of tokens.


def putting(marking: list, net: Net, edges: list[tuple[str, str, str]]) -> tuple:
    """Tokens at the end of these edges; at an end event one token is as good as two."""
    new = list(marking)
    for edge, _, target in edges:
        if net.kinds[target] in (END, STOP) and any(key == target for key, _ in new):
            continue
        new.append((target, edge))
    return tuple(sorted(new))


def inside_of(net: Net, sub: str, token: tuple[str, str]) -> bool:
    scope = net.scopes[token[0]]
    while scope is not None and scope != sub:
        scope = net.scopes[scope]
    return scope == sub


def moves_by_itself(net: Net, marking: tuple, choices: dict[str, int] | None) -> set[tuple]:
    """Every marking one automatic move away; without `choices` every way out of a choice is possible."""
    return {after for token in set(marking) for after in _automatic(net, marking, token, choices)}


def _automatic(
    net: Net, marking: tuple, token: tuple[str, str], choices: dict[str, int] | None
) -> list[tuple]:
    key, _ = token
    kind, rest = net.kinds[key], list(marking)
    rest.remove(token)
    if kind == START:
        return [putting(rest, net, net.outs(key))]
    if kind == XOR:
        edges = net.outs(key) if choices is None else [net.chosen(key, choices)]
        return [putting(rest, net, [edge]) for edge in edges]
    if kind == AND:
        return _together(net, marking, key)
    if kind == END:
        return [tuple(sorted(rest))]
    if kind == STOP:
        scope = net.scopes[key]
        return [() if scope is None else tuple(t for t in marking if not inside_of(net, scope, t))]
    return _in_or_out(net, marking, rest, token) if kind == SUB else []


def _together(net: Net, marking: tuple, key: str) -> list[tuple]:
    needed = [(key, edge) for edge, _, _ in net.ins(key)]
    if any(each not in marking for each in needed):
        return []
    rest = list(marking)
    for each in needed:
        rest.remove(each)
    return [putting(rest, net, net.outs(key))]


def _in_or_out(net: Net, marking: tuple, rest: list, token: tuple[str, str]) -> list[tuple]:
    key, came_by = token
    if came_by != "inside":
        start = next(each for each, kind in net.kinds.items() if kind == START and net.scopes[each] == key)
        return [tuple(sorted([*rest, (key, "inside"), (start, "")]))]
    if any(inside_of(net, key, each) for each in marking):
        return []
    return [putting(rest, net, net.outs(key))]


def moves_by_person(net: Net, marking: tuple) -> set[tuple]:
    after = set()
    for token in set(marking):
        if net.kinds[token[0]] == PERSON:
            rest = list(marking)
            rest.remove(token)
            after.add(putting(rest, net, net.outs(token[0])))
    return after


def heard(net: Net, marking: tuple, message: str) -> tuple:
    key, host, _ = next(each for each in net.boundaries if each[2] == message)
    rest = [each for each in marking if each[0] != host and not inside_of(net, host, each)]
    return putting(rest, net, net.outs(key))


def rests(net: Net, marking: tuple, choices: dict[str, int], most: int = 3_000) -> set[tuple] | None:
    """Every marking automatic moves can come to rest in, in any order; None when there are too many on the way."""
    seen, waiting, resting = {marking}, [marking], set()
    while waiting:
        here = waiting.pop()
        after = moves_by_itself(net, here, choices)
        if not after:
            resting.add(here)
        for each in after - seen:
            seen.add(each)
            waiting.append(each)
        if len(seen) > most:
            return None
    return resting
