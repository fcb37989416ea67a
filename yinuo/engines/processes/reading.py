"""From the XML tree to nodes, flows, lanes and notes, gathering every problem on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from yinuo.engines.processes import labels
from yinuo.engines.processes.expressions import Condition, ConditionRefused, read_condition
from yinuo.engines.processes.net import WAITING, Flow, Kind, Lane, Node, Note
from yinuo.engines.processes.problems import Problem, problem
from yinuo.engines.processes.refusals import ONLY_VALUE, why_refused
from yinuo.engines.processes.sheet import BPMN
from yinuo.ground.terms.words import Words

MAX_SCOPES = 4
_KINDS = {kind.value: kind for kind in Kind}
#: Children that say nothing we run or draw: the flows themselves are what counts.
_SILENT = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})
_DEFINITIONS = {Kind.END: {"terminateEventDefinition"}, Kind.BOUNDARY: {"messageEventDefinition"}}
_WITHIN_SUB = frozenset({"sequenceFlow", "textAnnotation", "association"})
_LANGUAGES = frozenset({"", "cel", "https://cel.dev", "http://cel.dev"})


def local(element: etree._Element) -> str:
    """The element's BPMN name; another maker's keeps its namespace, so that no rule takes it for BPMN."""
    return element.tag[len(BPMN) :] if element.tag.startswith(BPMN) else element.tag


@dataclass
class Reader:
    """What was read so far. `messages` maps message ids to names."""

    messages: dict[str, str]
    language: str = ""
    problems: list[Problem] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: list[Lane] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    ties: list[tuple[etree._Element, str, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def refuse(self, reason_code: str, element: etree._Element, **values: object) -> None:
        found = problem(reason_code, labels.plain_id(element), labels.plain_name(element), **values)
        self.problems.append(found)

    def refuse_kind(self, element: etree._Element, holder: etree._Element) -> None:
        """By its own id and name where it has an id, else by those of the element it stands in."""
        kind = local(element)
        named = element if element.get("id") and local(holder) not in _KINDS.keys() - {Kind.SUB} else holder
        self.refuse("element_unsupported", named, kind=kind[:80], why=why_refused(kind))

    def read_scope(self, holder: etree._Element, scope: str | None, depth: int = 0) -> None:
        """The children of a process or sub-process."""
        for child in holder:
            kind = local(child)
            if kind in _SILENT:
                continue
            if kind in _KINDS:
                self._read_node(child, _KINDS[kind], scope, depth)
            elif kind == "sequenceFlow":
                self._read_flow(child)
            elif kind == "textAnnotation":
                self._read_note(child)
            elif kind == "association":
                self._read_association(child)
            elif kind == "laneSet" and scope is None:
                self._read_lanes(child)
            else:
                self.refuse_kind(child, holder)

    def take_id(self, element: etree._Element) -> str:
        """The element's id, refused when missing, odd or used before; always something to go on with."""
        key = element.get("id") or ""
        if not key:
            self.refuse("id_missing", element, kind=local(element))
        elif not labels.is_id(key):
            self.refuse("id_invalid", element)
        elif key in self.ids:
            self.refuse("id_twice", element)
        self.ids.add(key)
        return key

    def _check_label(self, element: etree._Element, *, is_step: bool = False) -> Words | None:
        self.problems.extend(labels.label_problems(element, is_step=is_step))
        return labels.read_words(element)

    def _read_node(self, element: etree._Element, kind: Kind, scope: str | None, depth: int) -> None:
        key = self.take_id(element)
        words = self._check_label(element, is_step=kind in WAITING)
        self._check_attributes(element)
        if kind in WAITING and words is None:
            self.refuse("step_unnamed", element)
        self.nodes.setdefault(
            key,
            Node(
                key=key,
                kind=kind,
                words=words,
                scope=scope,
                default=element.get("default") or "",
                message=self._message_of(element, kind),
                attached_to=element.get("attachedToRef") or "" if kind is Kind.BOUNDARY else "",
                terminate=element.find(BPMN + "terminateEventDefinition") is not None,
                **labels.read_step(element),
            ),
        )
        self._read_children(element, kind, key, depth)

    def _read_children(self, element: etree._Element, kind: Kind, key: str, depth: int) -> None:
        if kind is Kind.SUB:
            if depth >= MAX_SCOPES:
                self.refuse("scope_too_deep", element, limit=MAX_SCOPES)
            else:
                self.read_scope(element, key, depth + 1)
            return
        for child in element:
            if local(child) not in _SILENT | _DEFINITIONS.get(kind, set()):
                self.refuse_kind(child, element)

    def _check_attributes(self, element: etree._Element) -> None:
        for name, understood in ONLY_VALUE.items():
            value = element.get(name)
            if value is not None and value.strip().lower() != understood:
                self.refuse("attribute_unsupported", element, attribute=name, value=value[:40])

    def _message_of(self, element: etree._Element, kind: Kind) -> str:
        """The name of the message a receive task or boundary event awaits; a receive task may await none."""
        if kind is Kind.RECEIVE:
            reference = element.get("messageRef")
            if reference is None:
                return ""
        elif kind is Kind.BOUNDARY:
            found = element.findall(BPMN + "messageEventDefinition")
            if len(found) != 1:
                self.refuse("boundary_message", element)
                return ""
            reference = found[0].get("messageRef") or ""
        else:
            return ""
        # a reference may carry a prefix, for BPMN calls it a qualified name
        name = self.messages.get(reference.rpartition(":")[2], "")
        if not name:
            self.refuse("message_missing", element)
        return name

    def _read_flow(self, element: etree._Element) -> None:
        key = self.take_id(element)
        words = self._check_label(element)
        ends = (element.get("sourceRef") or "", element.get("targetRef") or "")
        for child in element:
            if local(child) not in _SILENT | {"conditionExpression"}:
                self.refuse_kind(child, element)
        self.flows.setdefault(key, Flow(key, *ends, words=words, condition=self._condition_of(element)))

    def _condition_of(self, element: etree._Element) -> Condition | None:
        found = element.find(BPMN + "conditionExpression")
        if found is None:
            return None
        language = (found.get("language") or self.language).strip()
        if language.lower() not in _LANGUAGES:
            self.refuse("condition_language", element, value=language[:80])
            return None
        try:
            return read_condition("".join(str(text) for text in found.itertext()))
        except ConditionRefused as refusal:
            self.refuse(refusal.reason_code, element, **refusal.values)
            return None

    def _read_note(self, element: etree._Element) -> None:
        key = self.take_id(element)
        text = element.findtext(BPMN + "text") or ""
        self.problems.extend(labels.label_problems(element, is_step=False))
        self.problems.extend(labels.text_problems([text], (key[:64], ""), labels.MAX_NOTE))
        words = labels.read_words(element, text, labels.MAX_NOTE)
        if words:
            self.notes.setdefault(key, Note(key, words))

    def _read_association(self, element: etree._Element) -> None:
        self.take_id(element)
        self.ties.append((element, element.get("sourceRef") or "", element.get("targetRef") or ""))

    def _read_lanes(self, element: etree._Element) -> None:
        for child in element:
            if local(child) in _SILENT:
                continue
            if local(child) != "lane":
                self.refuse_kind(child, element)
                continue
            key, words = self.take_id(child), self._check_label(child)
            nodes = tuple(" ".join((each.text or "").split()) for each in child.findall(BPMN + "flowNodeRef"))
            for each in child:
                if local(each) not in _SILENT | {"flowNodeRef"}:
                    self.refuse_kind(each, child)
            self.lanes.append(Lane(key, words, nodes))

    def tied_notes(self) -> tuple[Note, ...]:
        """The notes with what they are about."""
        about: dict[str, list[str]] = {key: [] for key in self.notes}
        for _, source, target in self.ties:
            for note, other in ((source, target), (target, source)):
                if note in about:
                    about[note].append(other)
        return tuple(Note(note.key, note.words, tuple(about[note.key])) for note in self.notes.values())

    def check_references(self) -> None:
        """Everything that is pointed at from a lane or an association must exist."""
        for lane in self.lanes:
            for node in lane.nodes:
                if node not in self.nodes:
                    name = lane.words.zh_hans if lane.words else ""
                    self.problems.append(
                        problem("reference_unknown", lane.key, name, attribute="flowNodeRef", value=node[:64])
                    )
        for element, source, target in self.ties:
            for attribute, value in (("sourceRef", source), ("targetRef", target)):
                if value not in self.ids:
                    self.refuse("reference_unknown", element, attribute=attribute, value=value[:64])


def read_messages(root: etree._Element) -> dict[str, str]:
    """Message ids → names; a message without a name is called by its id."""
    found = root.findall(BPMN + "message")
    return {each.get("id") or "": labels.plain_name(each) or (each.get("id") or "") for each in found}


def other_elements(root: etree._Element) -> Iterator[etree._Element]:
    """What stands in the file beside the process and is not known here."""
    for child in root:
        known = local(child) in _SILENT | {"process", "message", "collaboration"}
        if not known and not child.tag.endswith("}BPMNDiagram"):
            yield child
