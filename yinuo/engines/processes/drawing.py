"""The door for drawings: BPMN 2.0 XML in, an immutable Drawing out, or every problem by element and reason.

Reading goes in four steps, each a module: `sheet` (harmless XML), `reading` (elements → nodes and flows),
`structure` (do they fit together), `paper` (where they stand). Whether a drawing can get stuck is asked
separately, by `soundness`.
"""

from __future__ import annotations

from lxml import etree

from yinuo.engines.processes import labels
from yinuo.engines.processes.net import Box, Drawing, Flow, Kind, Lane, Node, Note, Paper
from yinuo.engines.processes.paper import read_paper
from yinuo.engines.processes.problems import DrawingRefused, Problem, problem
from yinuo.engines.processes.reading import Reader, local, other_elements, read_messages
from yinuo.engines.processes.sheet import BPMN, read_sheet
from yinuo.engines.processes.structure import structure_problems
from yinuo.ground.terms.words import Words

__all__ = [
    "Box",
    "Drawing",
    "DrawingRefused",
    "Flow",
    "Kind",
    "Lane",
    "Node",
    "Note",
    "Paper",
    "Problem",
    "parse_drawing",
]

#: BPMN's default expressionLanguage says nothing: editors write it, and nobody means it.
_DEFAULT_LANGUAGE = "http://www.w3.org/1999/XPath"


def parse_drawing(xml: bytes | str) -> Drawing:
    """Read one process; DrawingRefused lists all problems of the first step that found any."""
    root = read_sheet(xml.encode() if isinstance(xml, str) else xml)
    processes = root.findall(BPMN + "process")
    if len(processes) != 1:
        raise DrawingRefused([problem("process_count", count=len(processes))])
    reader = _reader_for(root)
    key = reader.take_id(processes[0])
    reader.problems.extend(labels.label_problems(processes[0], is_step=False))
    reader.read_scope(processes[0], None)
    pool = _read_pool(root, reader, key)
    reader.check_references()
    _refuse_if(reader.problems)
    drawing = _drawn(reader, key, labels.read_words(processes[0]), pool, None)
    _refuse_if(list(structure_problems(drawing)))
    paper, problems = read_paper(root, _places(drawing, reader))
    _refuse_if(problems)
    return _drawn(reader, key, drawing.words, pool, paper)


def _reader_for(root: etree._Element) -> Reader:
    language = root.get("expressionLanguage") or ""
    reader = Reader(read_messages(root), "" if language == _DEFAULT_LANGUAGE else language)
    for element in other_elements(root):
        reader.refuse_kind(element, root)
    for message in root.findall(BPMN + "message"):
        reader.take_id(message)
        reader.problems.extend(labels.label_problems(message, is_step=False))
    return reader


def _read_pool(root: etree._Element, reader: Reader, process: str) -> tuple[str, Words | None] | None:
    """The frame around the process, if the file draws one; no second party is understood."""
    pool: tuple[str, Words | None] | None = None
    for collaboration in root.findall(BPMN + "collaboration"):
        for child in collaboration:
            own = local(child) == "participant" and child.get("processRef", "").rpartition(":")[2] == process
            if local(child) in ("documentation", "extensionElements"):
                continue
            if not own or pool is not None:
                reader.refuse_kind(child, collaboration)
                continue
            reader.problems.extend(labels.label_problems(child, is_step=False))
            pool = reader.take_id(child), labels.read_words(child)
    return pool


def _drawn(
    reader: Reader,
    key: str,
    words: Words | None,
    pool: tuple[str, Words | None] | None,
    paper: Paper | None,
) -> Drawing:
    lanes, notes = tuple(reader.lanes), reader.tied_notes()
    return Drawing(key, words, reader.nodes, reader.flows, lanes, notes, pool, paper)


def _places(drawing: Drawing, reader: Reader) -> dict[str, str]:
    """Everything that must have a place on the paper for the file's own diagram to be used."""
    keys = [*drawing.nodes, *(lane.key for lane in drawing.lanes), *(note.key for note in drawing.notes)]
    if drawing.pool:
        keys.append(drawing.pool[0])
    lines = [*drawing.flows, *(tie.get("id") or "" for tie, _, _ in reader.ties)]
    return {**dict.fromkeys(keys, "box"), **dict.fromkeys(lines, "line")}


def _refuse_if(problems: list[Problem]) -> None:
    if problems:
        raise DrawingRefused(problems)
