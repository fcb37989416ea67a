"""The parts of a drawing after reading: steps, flows, lanes, notes, and where they stand on the paper.

All are immutable, so one Drawing may be shared by every thread and every case of its edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from yinuo.engines.processes.expressions import Condition
from yinuo.ground.terms.words import Words


class Kind(StrEnum):
    """The supported kinds of node, by their BPMN element names."""

    START = "startEvent"
    END = "endEvent"
    USER = "userTask"
    MANUAL = "manualTask"
    RECEIVE = "receiveTask"
    SERVICE = "serviceTask"
    RULE = "businessRuleTask"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    SUB = "subProcess"
    BOUNDARY = "boundaryEvent"


#: A person or the outside world acts: the case waits here, and this is an open step.
WAITING = frozenset({Kind.USER, Kind.MANUAL, Kind.RECEIVE})
#: The platform acts at once.
AUTOMATIC = frozenset({Kind.SERVICE, Kind.RULE})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL})
EVENTS = frozenset({Kind.START, Kind.END, Kind.BOUNDARY})


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow; `condition` only behind a choosing exclusive gateway."""

    key: str
    source: str
    target: str
    words: Words | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An element tokens pass. `scope` is the key of the sub-process around it, None for the process itself.

    `act` and `needs` of a step name the pack's action and the verb needed; `message` is what a receive task
    or a boundary event waits for; `attached_to` is the sub-process a boundary event stands on.
    """

    key: str
    kind: Kind
    words: Words | None = None
    scope: str | None = None
    act: str = ""
    needs: str = ""
    default: str = ""
    message: str = ""
    attached_to: str = ""
    terminate: bool = False

    @property
    def name(self) -> str:
        """The name in the drawing's own language, empty when it has none."""
        return self.words.zh_hans if self.words else ""


@dataclass(frozen=True, slots=True)
class Lane:
    key: str
    words: Words | None
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A text annotation; `about` are the elements it is tied to."""

    key: str
    words: Words
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the paper, in the drawing's own units (about CSS pixels), y downward."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Where things stand: boxes by element key, lines by flow or association key, label boxes by either."""

    boxes: Mapping[str, Box]
    lines: Mapping[str, Points]
    labels: Mapping[str, Box] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawing:
    """One readable process. `paper` is None when the file does not say where things stand."""

    key: str
    words: Words | None
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: tuple[Lane, ...] = ()
    notes: tuple[Note, ...] = ()
    pool: tuple[str, Words | None] | None = None
    paper: Paper | None = None

    def node(self, key: str) -> Node:
        return self.nodes[key]

    def outgoing(self, key: str) -> tuple[Flow, ...]:
        """The arrows that leave a node, in the order of the file."""
        return self._outgoing.get(key, ())

    def incoming(self, key: str) -> tuple[Flow, ...]:
        return self._incoming.get(key, ())

    def start_of(self, scope: str | None) -> Node:
        """The one start event of the process (None) or of a sub-process."""
        return self._starts[scope]

    def boundaries(self, sub_process: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.attached_to == sub_process)

    def is_within(self, key: str, sub_process: str) -> bool:
        """Whether a node stands inside a sub-process, at any depth."""
        scope = self.nodes[key].scope
        while scope is not None:
            if scope == sub_process:
                return True
            scope = self.nodes[scope].scope
        return False

    @cached_property
    def steps(self) -> tuple[Node, ...]:
        """The steps of people and of the outside world, in the order of the file."""
        return tuple(node for node in self.nodes.values() if node.kind in WAITING)

    @cached_property
    def condition_names(self) -> frozenset[str]:
        """Every value of the case some condition asks for."""
        return frozenset().union(*(flow.condition.names for flow in self.flows.values() if flow.condition))

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Flow, ...]]:
        return {key: tuple(f for f in self.flows.values() if f.source == key) for key in self.nodes}

    @cached_property
    def _incoming(self) -> dict[str, tuple[Flow, ...]]:
        return {key: tuple(f for f in self.flows.values() if f.target == key) for key in self.nodes}

    @cached_property
    def _starts(self) -> dict[str | None, Node]:
        return {node.scope: node for node in self.nodes.values() if node.kind is Kind.START}
