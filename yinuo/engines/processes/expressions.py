"""Conditions on flows: a small part of CEL behind a gate.

Allowed: names, whole numbers, text, true/false/null, lists, comparisons, `&& || !`, `+ - * / %`, `in`, `?:`
and `size(name)`. Refused before CEL sees the text: attributes, indexing, maps, macros, every other call,
fractions. There are no loops in what remains, so time and memory are bounded by the length of the text and of
the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import cel

from yinuo.engines.processes.problems import StepRefused
from yinuo.engines.processes.reasons import (
    KINDS_DIFFER,
    NO_SIZE,
    NOT_AN_EXPRESSION,
    OUT_OF_RANGE,
    SIDE_BY_SIDE,
)

MAX_LENGTH = 500
MAX_NESTING = 10
MAX_ITEMS = 100
MAX_TEXT = 1_000
INT64 = 2**63

_TOKENS = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<float>\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
  | (?P<integer>\d+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"(?:[^"\\\r\n]|\\["'\\nt])*"|'(?:[^'\\\r\n]|\\["'\\nt])*')
  | (?P<dot>\.)
  | (?P<operator>==|!=|<=|>=|&&|\|\||//|[<>+\-*/%!?:,()\[\]])
  | (?P<strange>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = frozenset({"true", "false", "null", "in"})
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
#: `size(x)` is asked of Python (the CEL library counts bytes): it becomes this name, bound to the length.
_SIZE = "size_of__"


class ConditionRefused(ValueError):
    """A condition outside the allowed language; `reason_code` and `values` are those of a Problem."""

    def __init__(self, reason_code: str, **values: object) -> None:
        self.reason_code = reason_code
        self.values = values
        super().__init__(reason_code)


class Token(NamedTuple):
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `names` are the values it asks for."""

    text: str
    names: frozenset[str]
    sized: frozenset[str]
    _program: cel.Program = field(repr=False, compare=False)

    def holds(self, values: Mapping[str, Any], element_id: str = "", element_name: str = "") -> bool:
        """Whether it is true of these values; StepRefused names the value that is missing or does not fit."""
        where = (element_id, element_name)
        try:
            answer = self._program.execute(self._bound(values, where))
        except (RuntimeError, TypeError, ValueError, ArithmeticError) as error:
            why = OUT_OF_RANGE if isinstance(error, ArithmeticError) else KINDS_DIFFER
            raise StepRefused("condition_failed", *where, text=self.text, why=why) from error
        if not isinstance(answer, bool):
            raise StepRefused("condition_not_boolean", *where, text=self.text)
        return answer

    def _bound(self, values: Mapping[str, Any], where: tuple[str, str]) -> dict[str, Any]:
        bound: dict[str, Any] = {}
        for name in sorted(self.names):
            if name not in values:
                raise StepRefused("value_missing", *where, name=name)
            bound[name] = values[name]
            if not is_plain(values[name]):
                raise StepRefused("value_strange", *where, name=name)
        for name in self.sized:
            if not isinstance(bound[name], str | list | tuple):
                raise StepRefused("condition_failed", *where, text=self.text, why=NO_SIZE)
            bound[_SIZE + name] = len(bound[name])
        return bound


def is_plain(value: object) -> bool:
    """Whether a condition may read it: text, a 64-bit whole number, a flag, nothing, or a list of these."""
    if isinstance(value, list | tuple):
        return len(value) <= MAX_ITEMS and all(_is_plain_item(item) for item in value)
    return _is_plain_item(value)


def _is_plain_item(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return -INT64 <= value < INT64
    return isinstance(value, str) and len(value) <= MAX_TEXT


def read_condition(text: str) -> Condition:
    """Compile a condition; ConditionRefused says what is not allowed in it."""
    text = text.strip()
    if not text:
        raise ConditionRefused("condition_empty")
    if len(text) > MAX_LENGTH:
        raise ConditionRefused("condition_long", size=len(text), limit=MAX_LENGTH)
    tokens = list(_tokens(text))
    _check_nesting(tokens)
    _check_neighbours(tokens)
    tokens, sized = _without_size(tokens)
    names = frozenset(token.text for token in tokens if token.kind == "name") | sized
    program = _compiled(" ".join(token.text for token in _with_lengths(tokens)), text)
    if not names:
        raise ConditionRefused("condition_no_names")
    return Condition(text, names, sized, program)


def _compiled(plain: str, text: str) -> cel.Program:
    """The program of what CEL is given; a refusal quotes `text`, as the drawing writes it."""
    try:
        return cel.compile(plain)
    except ValueError as error:
        raise ConditionRefused("condition_syntax", text=text[:160], why=NOT_AN_EXPRESSION) from error


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKENS.finditer(text):
        kind, value = str(match.lastgroup), match.group()
        if kind == "float":
            raise ConditionRefused("condition_float", value=value)
        if kind == "dot":
            raise ConditionRefused("condition_attribute", value=".")
        if kind == "strange" or value == "//":
            raise ConditionRefused("condition_character", value=value)
        if kind == "name" and value in _WORDS:
            kind = "word"
        if kind != "space":
            yield Token(kind, value)


def _check_nesting(tokens: list[Token]) -> None:
    """Brackets, choices and runs of signs all count as levels; lists may not be longer than MAX_ITEMS."""
    depth, items = 0, [0]
    signs = 0
    for _, value in tokens:
        signs = signs + 1 if value in ("!", "-") else 0
        if value in _OPENING:
            depth += 1
            items.append(1)
        elif value in _CLOSING and len(items) > 1:
            depth -= 1
            items.pop()
        elif value == ",":
            items[-1] += 1
        if max(depth, signs) > MAX_NESTING:
            raise ConditionRefused("condition_nested", limit=MAX_NESTING)
        if items[-1] > MAX_ITEMS:
            raise ConditionRefused("condition_list", limit=MAX_ITEMS)
    if sum(token.text == "?" for token in tokens) > MAX_NESTING:
        raise ConditionRefused("condition_nested", limit=MAX_NESTING)


def _check_neighbours(tokens: list[Token]) -> None:
    """A call is a name before a bracket; looking inside a value is a square bracket behind one."""
    for left, right in pairwise(tokens):
        is_value = left.kind in ("name", "text", "integer") or left.text in (
            ")",
            "]",
            "true",
            "false",
            "null",
        )
        if left.kind == "name" and right.text == "(" and left.text != "size":
            raise ConditionRefused("condition_call", value=left.text)
        if is_value and right.text == "[":
            raise ConditionRefused("condition_attribute", value="[")
        # also keeps out r"…", b"…", 5u and '''…''', which CEL would read as one token
        if is_value and right.kind in ("name", "text", "integer"):
            both = f"{left.text} {right.text}"
            raise ConditionRefused("condition_syntax", text=both, why=SIDE_BY_SIDE)


def _without_size(tokens: list[Token]) -> tuple[list[Token], frozenset[str]]:
    """The tokens with each `size ( name )` made one token of kind `size`; and the names so asked."""
    kept: list[Token] = []
    sized: set[str] = set()
    place = 0
    while place < len(tokens):
        group = tokens[place : place + 4]
        if group[0] == ("name", "size") and len(group) > 1 and group[1].text == "(":
            if len(group) < 4 or group[2].kind != "name" or group[3].text != ")":
                raise ConditionRefused("condition_call", value="size")
            sized.add(group[2].text)
            kept.append(Token("size", group[2].text))
            place += 4
        else:
            kept.append(group[0])
            place += 1
    return kept, frozenset(sized)


def _with_lengths(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield Token("name", _SIZE + token.text) if token.kind == "size" else token
