"""The token game: what happens by itself after a person or the world has acted, until only waiting is left.

One Game lives for one move and is thrown away; `interpreter` turns its end into a new Marking. BPMN's own
rules hold: an exclusive gateway takes the first flow whose condition is true, else its default; a parallel
gateway takes one token from each incoming flow; a sub-process is over when no token is left inside; a
terminate end empties its own scope.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yinuo.engines.processes.expressions import is_plain
from yinuo.engines.processes.marking import Marking, Token
from yinuo.engines.processes.net import AUTOMATIC, WAITING, Drawing, Flow, Kind, Node
from yinuo.engines.processes.problems import StepRefused

Handler = Callable[[Mapping[str, Any]], Mapping[str, Any]]
#: No drawing needs more without a person; it bounds circles of service tasks.
MAX_MOVES = 500


@dataclass(frozen=True, slots=True)
class Performed:
    """A service or business-rule task the platform did, and what it found out."""

    key: str
    found: Mapping[str, Any]


class Game:
    """Tokens in the order they were put down; mutable, private to one move."""

    def __init__(
        self, drawing: Drawing, marking: Marking, data: Mapping[str, Any], handlers: Mapping[str, Handler]
    ) -> None:
        self.drawing = drawing
        self.handlers = handlers
        self.tokens = list(marking.tokens)
        self.next_serial = marking.next_serial
        self.values = dict(marking.values)
        self.data: dict[str, Any] = dict(marking.values)
        self.performed: list[Performed] = []
        self.learn(data)

    def learn(self, found: Mapping[str, Any], node: Node | None = None) -> None:
        """Take over what was found; the marking keeps only what conditions ask for, so no free text stays."""
        for name in sorted(self.drawing.condition_names & found.keys()):
            if not is_plain(found[name]):
                raise StepRefused("value_strange", *(_called(node) if node else ()), name=name)
            self.values[name] = found[name]
        self.data.update(found)

    def put(self, node: str, flow: str | None, inside: int | None) -> None:
        self.tokens.append(Token(node, flow, self.next_serial, inside))
        self.next_serial += 1

    def leave(self, token: Token, flows: tuple[Flow, ...]) -> None:
        """Take the token away and put one down at the end of each flow."""
        self.tokens.remove(token)
        for flow in flows:
            self.put(flow.target, flow.key, token.inside)

    def take_within(self, serial: int) -> None:
        """Remove everything inside a sub-process's token, at any depth."""
        for token in [each for each in self.tokens if each.inside == serial]:
            self.take_within(token.serial)
            self.tokens.remove(token)

    def run(self) -> None:
        """Make automatic moves, oldest token first, until every token waits."""
        for _ in range(MAX_MOVES):
            moving = next((each for each in self.tokens if self._move(each)), None)
            if moving is None:
                return
        node = self.drawing.node(self.tokens[0].node) if self.tokens else None
        raise StepRefused("too_many_moves", *(_called(node) if node else ()), limit=MAX_MOVES)

    def _move(self, token: Token) -> bool:
        """One automatic move of this token; False when it waits."""
        node = self.drawing.node(token.node)
        if node.kind in WAITING:
            return False
        if node.kind is Kind.PARALLEL:
            return self._pass_parallel(token)
        if node.kind is Kind.SUB:
            return self._pass_sub_process(token)
        if node.kind is Kind.END:
            self._end(token, node)
        elif node.kind is Kind.EXCLUSIVE:
            self.leave(token, (self._choose(node),))
        else:
            if node.kind in AUTOMATIC:
                self._perform(node)
            self.leave(token, self.drawing.outgoing(node.key))
        return True

    def _pass_parallel(self, token: Token) -> bool:
        """One token of each incoming flow, the oldest, in the same scope; the others stay."""
        together: dict[str | None, Token] = {}
        for each in self.tokens:
            if each.node == token.node and each.inside == token.inside:
                together.setdefault(each.flow, each)
        if any(flow.key not in together for flow in self.drawing.incoming(token.node)):
            return False
        first, *others = together.values()
        for other in others:
            self.tokens.remove(other)
        self.leave(first, self.drawing.outgoing(token.node))
        return True

    def _pass_sub_process(self, token: Token) -> bool:
        """Enter it, or leave it when nothing is left inside."""
        if any(each.inside == token.serial for each in self.tokens):
            return False
        if token.flow is not None:
            # it was just reached: from now on it stands without a flow, which says that it was entered
            self._enter(token)
        else:
            self.leave(token, self.drawing.outgoing(token.node))
        return True

    def _enter(self, token: Token) -> None:
        place = self.tokens.index(token)
        self.tokens[place] = Token(token.node, None, token.serial, token.inside)
        self.put(self.drawing.start_of(token.node).key, None, token.serial)

    def _end(self, token: Token, node: Node) -> None:
        doomed = [each for each in self.tokens if each.inside == token.inside] if node.terminate else [token]
        for each in doomed:
            self.take_within(each.serial)
            self.tokens.remove(each)

    def _choose(self, node: Node) -> Flow:
        flows = self.drawing.outgoing(node.key)
        for flow in flows:
            if flow.condition and flow.condition.holds(self.data, *_called(node)):
                return flow
        return next((flow for flow in flows if flow.key == node.default), flows[0])

    def _perform(self, node: Node) -> None:
        if node.key not in self.handlers:
            raise StepRefused("handler_missing", *_called(node), kind=node.kind.value)
        found = dict(self.handlers[node.key](dict(self.data)) or {})
        self.learn(found, node)
        self.performed.append(Performed(node.key, found))


def _called(node: Node) -> tuple[str, str]:
    return node.key, node.name
