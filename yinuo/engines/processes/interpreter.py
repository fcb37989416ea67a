"""Moves of a case through its drawing: pure functions from a Marking to the next one.

A refused move (StepRefused) changes nothing. Only the handlers of service and business-rule tasks reach
outside; they are the platform's own, keyed by element id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from yinuo.engines.processes.game import Game, Handler, Performed
from yinuo.engines.processes.marking import Marking, OpenStep, Token
from yinuo.engines.processes.migration import place
from yinuo.engines.processes.net import WAITING, Drawing
from yinuo.engines.processes.problems import MigrationRefused, StepRefused
from yinuo.engines.processes.reasons import NOT_IN_DRAWING

__all__ = [
    "Handler",
    "Marking",
    "MigrationRefused",
    "Moved",
    "OpenStep",
    "Performed",
    "StepRefused",
    "awaited_messages",
    "cancel_all",
    "complete",
    "message",
    "migrate",
    "open_steps",
    "reopen",
    "start",
]

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did. A step that opened and was cancelled within the one move appears nowhere."""

    marking: Marking
    opened: tuple[OpenStep, ...] = ()
    closed: tuple[OpenStep, ...] = ()
    cancelled: tuple[OpenStep, ...] = ()
    performed: tuple[Performed, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the case has come to its end."""
        return self.marking.done


def start(
    drawing: Drawing, data: Mapping[str, Any] = _NONE, *, handlers: Mapping[str, Handler] = _NONE
) -> Moved:
    """Begin a case: from the start event to the first open steps."""
    game = Game(drawing, Marking(), data, handlers)
    game.put(drawing.start_of(None).key, None, None)
    return _played(game, Marking())


def complete(
    drawing: Drawing,
    marking: Marking,
    step_key: str,
    data: Mapping[str, Any] = _NONE,
    *,
    serial: int | None = None,
    handlers: Mapping[str, Handler] = _NONE,
) -> Moved:
    """Finish an open step; `serial` says which one if it is open twice, and refuses one already finished."""
    token = _open_token(drawing, marking, step_key, serial)
    game = Game(drawing, marking, data, handlers)
    game.leave(token, drawing.outgoing(token.node))
    return _played(game, marking, token)


def message(
    drawing: Drawing,
    marking: Marking,
    name: str,
    data: Mapping[str, Any] = _NONE,
    *,
    handlers: Mapping[str, Handler] = _NONE,
) -> Moved:
    """Something was heard: it finishes the receive task, or interrupts the sub-process, that awaits it."""
    waiting = _awaiting(drawing, marking, name)
    if not waiting:
        raise StepRefused("message_not_awaited", message=name)
    if len(waiting) > 1:
        node = drawing.node(waiting[0][0].node)
        raise StepRefused("message_ambiguous", node.key, node.name, message=name)
    token, leaves_from = waiting[0]
    game = Game(drawing, marking, data, handlers)
    game.take_within(token.serial)
    game.leave(token, drawing.outgoing(leaves_from))
    return _played(game, marking, token)


def awaited_messages(drawing: Drawing, marking: Marking) -> frozenset[str]:
    """The messages that would move the case now."""
    names = {node.message for node in drawing.nodes.values() if node.message}
    return frozenset(name for name in names if _awaiting(drawing, marking, name))


def cancel_all(drawing: Drawing, marking: Marking) -> Moved:
    """Take every token away: the case was withdrawn or ended by a verb of its own, not by its drawing."""
    ended = Marking((), marking.next_serial, marking.values)
    return Moved(ended, cancelled=open_steps(drawing, marking))


def reopen(drawing: Drawing, marking: Marking, step_key: str) -> Moved:
    """Go on with an ended case at one of its steps; serials go on counting, what was decided stays known.

    Whether the case can get stuck from there is asked beforehand, of `soundness.check_reopening`.
    """
    node = drawing.nodes.get(step_key)
    if not marking.done:
        raise StepRefused("not_ended")
    if node is None or node.kind not in WAITING or node.scope is not None:
        raise StepRefused("step_no_place", step_key, node.name if node else "")
    game = Game(drawing, marking, _NONE, _NONE)
    game.put(step_key, None, None)
    return _played(game, marking)


def migrate(
    marking: Marking,
    new_drawing: Drawing,
    mapping: Mapping[str, str] = _NONE,
    data: Mapping[str, Any] = _NONE,
    *,
    handlers: Mapping[str, Handler] = _NONE,
) -> Moved:
    """The same case on a new drawing; open steps keep their serials. MigrationRefused lists what has no
    place.

    What the new drawing then does by itself is done (a join that has lost a branch may pass). Whether the
    case can get stuck there is asked beforehand, of `soundness.check_migration`.
    """
    placed = place(marking, new_drawing, mapping, data)
    return _played(Game(new_drawing, placed, {}, handlers), placed)


def open_steps(drawing: Drawing, marking: Marking) -> tuple[OpenStep, ...]:
    """The open steps, oldest first."""
    return tuple(_as_step(token) for token in _tokens(drawing, marking) if _is_step(drawing, token))


def _tokens(drawing: Drawing, marking: Marking) -> tuple[Token, ...]:
    """The tokens, after making sure that they belong to this drawing."""
    strange = [token.node for token in marking.tokens if token.node not in drawing.nodes]
    if strange:
        raise StepRefused("marking_strange", why=NOT_IN_DRAWING)
    return marking.tokens


def _open_token(drawing: Drawing, marking: Marking, key: str, serial: int | None) -> Token:
    node = drawing.nodes.get(key)
    named = (key, node.name if node else "")
    found = [each for each in _tokens(drawing, marking) if each.node == key and _is_step(drawing, each)]
    found = [each for each in found if serial in (None, each.serial)]
    if not found:
        raise StepRefused("step_not_open", *named)
    if len(found) > 1:
        raise StepRefused("step_which", *named, count=len(found))
    return found[0]


def _awaiting(drawing: Drawing, marking: Marking, name: str) -> list[tuple[Token, str]]:
    """Tokens the message would move, each with the node whose flows they then leave by."""
    found: list[tuple[Token, str]] = []
    for token in _tokens(drawing, marking):
        here = (drawing.node(token.node), *drawing.boundaries(token.node))
        found += [(token, node.key) for node in here if node.message and node.message == name]
    return found


def _played(game: Game, before: Marking, finished: Token | None = None) -> Moved:
    """Let the game run to its rest and compare with the marking before."""
    game.run()
    after = Marking(tuple(game.tokens), game.next_serial, game.values)
    was, now = open_steps(game.drawing, before), open_steps(game.drawing, after)
    closed = (_as_step(finished),) if finished and _is_step(game.drawing, finished) else ()
    return Moved(
        marking=after,
        opened=tuple(step for step in now if step not in was),
        closed=closed,
        cancelled=tuple(step for step in was if step not in now and step not in closed),
        performed=tuple(game.performed),
    )


def _is_step(drawing: Drawing, token: Token) -> bool:
    return drawing.node(token.node).kind in WAITING


def _as_step(token: Token) -> OpenStep:
    return OpenStep(token.node, token.serial)
