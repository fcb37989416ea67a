"""Where a case stands in its drawing: tokens and the few values conditions ask for; immutable, JSON-able."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yinuo.engines.processes.expressions import is_plain
from yinuo.engines.processes.problems import StepRefused
from yinuo.engines.processes.reasons import NOT_OURS

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Token:
    """One place of a case: at a node, come by a flow (None at a start), inside a sub-process's token."""

    node: str
    flow: str | None
    serial: int
    inside: int | None = None


@dataclass(frozen=True, slots=True)
class OpenStep:
    """One open piece of work: the step's key in the drawing and a serial, unique within the case."""

    key: str
    serial: int


@dataclass(frozen=True, slots=True)
class Marking:
    """The state of a case between two moves; `values` are only those the drawing's conditions name.

    Automatic moves are always finished, so tokens stand on open steps, in sub-processes and before joins.
    """

    tokens: tuple[Token, ...] = ()
    next_serial: int = 1
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return not self.tokens

    def to_json(self) -> dict[str, Any]:
        """Plain lists, texts, numbers and flags; about 200 bytes for a usual case."""
        tokens = [[each.node, each.flow, each.serial, each.inside] for each in self.tokens]
        return {"format": FORMAT, "tokens": tokens, "next": self.next_serial, "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Marking:
        """The marking `to_json` wrote; StepRefused when it is not one."""
        try:
            tokens = tuple(_token(row) for row in stored["tokens"])
            next_serial, values = _whole(stored["next"]), dict(stored["values"])
            if stored["format"] != FORMAT or not all(is_plain(value) for value in values.values()):
                raise ValueError("its format is not known here")
            _check_tokens(tokens, next_serial)
        except (KeyError, TypeError, ValueError) as error:
            raise StepRefused("marking_strange", why=NOT_OURS) from error
        return cls(tokens, next_serial, values)


def _token(row: Any) -> Token:
    node, flow, serial, inside = row
    if not isinstance(node, str) or not (flow is None or isinstance(flow, str)):
        raise TypeError("a token's node and flow are texts")
    return Token(node, flow, _whole(serial), None if inside is None else _whole(inside))


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("a serial is a whole number")
    return value


def _check_tokens(tokens: tuple[Token, ...], next_serial: int) -> None:
    serials = {each.serial for each in tokens}
    if len(serials) != len(tokens) or any(serial >= next_serial for serial in serials):
        raise ValueError("serials are unique and below the next")
    if any(each.inside is not None and each.inside not in serials for each in tokens):
        raise ValueError("a token stands inside a sub-process that is not open")
