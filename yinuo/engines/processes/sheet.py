"""The first gate for a drawing that comes from outside: bytes → a small, harmless XML tree, or a refusal.

A first pass builds nothing and stops at a document type, at the depth and at the number of elements; only
then is the tree made. Entities are never resolved and nothing is fetched.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from yinuo.engines.processes.problems import DrawingRefused, problem

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_ELEMENTS = 10_000

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class _Scan:
    """Counts as the parser reads; refuses at once, before anything is built."""

    def __init__(self) -> None:
        self.depth = self.elements = 0

    def doctype(self, *_declared: str | None) -> None:
        raise DrawingRefused([problem("file_doctype")])

    def start(self, *_tag_and_attributes: Any) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise DrawingRefused([problem("file_too_deep", limit=MAX_DEPTH)])
        if self.elements > MAX_ELEMENTS:
            raise DrawingRefused([problem("file_too_many", limit=MAX_ELEMENTS)])

    def end(self, *_tag: Any) -> None:
        self.depth -= 1

    def data(self, *_text: Any) -> None:
        """Text counts only by the size of the file."""

    def comment(self, *_text: Any) -> None:
        """Comments are dropped."""

    def close(self) -> None:
        """Nothing was built."""


def read_sheet(xml: bytes) -> etree._Element:
    """The `definitions` element of a BPMN file, without comments and processing instructions."""
    if len(xml) > MAX_BYTES:
        raise DrawingRefused([problem("file_too_large", size=len(xml), limit=MAX_BYTES)])
    # comments go, for they would split a condition into a text that is run and one that is read
    safe: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }
    try:
        etree.fromstring(xml, etree.XMLParser(target=_Scan(), **safe))
        root = etree.fromstring(xml, etree.XMLParser(**safe))
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", None) or (1, 1)
        raise DrawingRefused([problem("file_not_xml", line=line, column=column)]) from error
    if root.tag != BPMN + "definitions":
        raise DrawingRefused([problem("file_not_bpmn", root=root.tag[:80])])
    return root
