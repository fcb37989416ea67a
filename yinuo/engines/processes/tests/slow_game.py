"""A token game that shares nothing with the code it checks, written for being obviously right.

A token is (node, edge it came by); a marking is a sorted tuple of tokens; every move in every order is tried.
"""

from __future__ import annotations

from yinuo.engines.processes.tests.nets import AND, END, PERSON, START, STOP, SUB, XOR, Net


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
