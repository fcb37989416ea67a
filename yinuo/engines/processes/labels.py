"""Names and extensions as the file writes them: `name` is Simplified Chinese, `yinuo:words` the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lxml import etree

from yinuo.engines.processes.problems import Problem, problem
from yinuo.engines.processes.sheet import BPMN
from yinuo.ground.terms.words import Words

YINUO = "{urn:yinuo:words}"
MAX_NAME = 120
MAX_NOTE = 500
_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_ATTRIBUTES = {"words": {"en", "zh-hant"}, "step": {"act", "needs"}}


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def plain_id(element: etree._Element) -> str:
    """The id, cut short where it is only for a message about it."""
    return (element.get("id") or "")[:64]


def plain_name(element: etree._Element) -> str:
    """The name with its white space made single blanks, cut to the allowed length."""
    return " ".join((element.get("name") or "").split())[:MAX_NAME]


def read_words(element: etree._Element, text: str | None = None, limit: int = MAX_NAME) -> Words | None:
    """The name (or a note's text) in three languages; one that is not given reads as the drawing's own."""
    own = " ".join((element.get("name") or "" if text is None else text).split())[:limit]
    if not own:
        return None
    given = {
        key: value for extension in extensions(element, "words") for key, value in extension.attrib.items()
    }
    en, hant = (" ".join(str(given.get(key, "")).split())[:limit] for key in ("en", "zh-hant"))
    return Words(zh_hans=own, en=en or own, zh_hant=hant or own)


def read_step(element: etree._Element) -> dict[str, str]:
    """`act` and `needs` of a `yinuo:step`, empty where not given."""
    found = {"act": "", "needs": ""}
    for extension in extensions(element, "step"):
        for key in found:
            found[key] = extension.get(key, found[key])
    return found


def extensions(element: etree._Element, name: str = "") -> Iterator[etree._Element]:
    """Our own extension elements; those of other makers are left alone."""
    for holder in element.findall(BPMN + "extensionElements"):
        for child in holder:
            if child.tag.startswith(YINUO) and name in ("", etree.QName(child).localname):
                yield child


def label_problems(element: etree._Element, *, is_step: bool) -> Iterator[Problem]:
    """What is wrong with an element's name and with our extensions on it."""
    where = (plain_id(element), plain_name(element))
    texts = [element.get("name") or ""]
    for extension in extensions(element):
        kind = etree.QName(extension).localname
        known = _ATTRIBUTES.get(kind, set())
        if kind not in _ATTRIBUTES or (kind == "step" and not is_step):
            yield problem("extension_unknown", *where, what=kind[:80])
        for key, value in map(_texts, extension.attrib.items()):
            if kind in _ATTRIBUTES and key not in known:
                yield problem("extension_unknown", *where, what=f"{kind} {key}"[:80])
            elif kind == "step" and not (len(value) <= 80 and _KEY.fullmatch(value)):
                yield problem("step_extension_invalid", *where, attribute=key, value=value[:80])
            elif kind == "words":
                texts.append(value)
    yield from text_problems(texts, where, MAX_NAME)


def _texts(pair: tuple[str | bytes, str | bytes]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def text_problems(texts: list[str], where: tuple[str, str], limit: int) -> Iterator[Problem]:
    """Texts people will read: not too long, and nothing in them that turns or hides other text."""
    name = "".join(c for c in where[1] if not _is_strange(c))
    if any(len(text) > limit for text in texts):
        yield problem("name_too_long", where[0], name, limit=limit)
    if any(_is_strange(character) for text in texts for character in " ".join(text.split())):
        yield problem("name_strange", where[0], name)


def _is_strange(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn")
