"""Random nets for the property tests: plain data, drawn as BPMN only to be read back."""

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
