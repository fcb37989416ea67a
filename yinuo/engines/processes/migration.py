"""Moving a running case to another drawing: every place finds one there, or the list of those that do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from yinuo.engines.processes.marking import Marking, Token
from yinuo.engines.processes.net import WAITING, Drawing, Kind
from yinuo.engines.processes.problems import MigrationRefused, Problem, problem
from yinuo.engines.processes.reasons import A_STEP, A_SUB_PROCESS, A_WAITING_PLACE

_NONE: Mapping[str, Any] = MappingProxyType({})


def place(
    marking: Marking,
    new_drawing: Drawing,
    mapping: Mapping[str, str] = _NONE,
    data: Mapping[str, Any] = _NONE,
) -> Marking:
    """The same tokens on a new drawing, before anything moves by itself there. MigrationRefused lists what
    has no place.

    `mapping` says what ids of steps, sub-processes, joins and flows became; an id not in it stays the same.
    `data` brings values that only the new drawing's conditions ask for.
    """
    moved = [_moved(token, new_drawing, mapping) for token in marking.tokens]
    problems = [each for token in moved for each in _token_problems(token, moved, new_drawing)]
    if problems:
        raise MigrationRefused(problems)
    wanted = {name: data[name] for name in new_drawing.condition_names & data.keys()}
    return Marking(tuple(moved), marking.next_serial, {**marking.values, **wanted})


def _moved(token: Token, new: Drawing, mapping: Mapping[str, str]) -> Token:
    node = mapping.get(token.node, token.node)
    flow = mapping.get(token.flow, token.flow) if token.flow is not None else None
    if flow not in new.flows and node in new.nodes and new.node(node).kind is not Kind.PARALLEL:
        # by which flow a step was reached matters to nobody; only a join counts flows
        flow = None
    return replace(token, node=node, flow=flow)


def _token_problems(token: Token, moved: list[Token], new: Drawing) -> list[Problem]:
    node = new.nodes.get(token.node)
    if node is None:
        return [problem("place_gone", token.node)]
    about = (node.key, node.name)
    problems: list[Problem] = []
    holds_others = any(each.inside == token.serial for each in moved)
    if node.kind not in WAITING | {Kind.PARALLEL, Kind.SUB}:
        problems.append(problem("place_other_kind", *about, old=A_WAITING_PLACE, new=node.kind.value))
    elif holds_others != (node.kind is Kind.SUB):
        old = A_SUB_PROCESS if holds_others else A_STEP
        problems.append(problem("place_other_kind", *about, old=old, new=node.kind.value))
    if node.kind is Kind.PARALLEL and token.flow not in {flow.key for flow in new.incoming(node.key)}:
        problems.append(problem("join_flow_gone", *about, flow=token.flow))
    holder = next((each.node for each in moved if each.serial == token.inside), None)
    if holder != node.scope:
        problems.append(problem("place_other_scope", *about))
    same = [each for each in moved if each.node == token.node and each.inside == token.inside]
    if node.kind is Kind.PARALLEL:
        same = [each for each in same if each.flow == token.flow]
    if len(same) > 1 and same[0] is token:
        problems.append(problem("place_taken", *about))
    return problems
