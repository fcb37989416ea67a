"""What a role can send something to: every address, and the questions and forms that its pages offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html

from tests.attack.browser import Answer, Browser

# What the addresses of the house read besides what pages offer; asked of every page.
ASKED = (
    "q", "view", "sort", "after", "before", "measure", "period", "unit", "slice", "lane", "cause", "outcome",
    "opened_from", "opened_to", "received", "closed", "number", "business", "open", "next", "language", "with",
    "against", "state", "step", "key", "page", "from", "to", "level", "channel", "said", "where", "series",
)  # fmt: skip
SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2}-\d{8}-\d+|\d+")  # of one kind of object: one door
DEPTH = 400  # pages that are read for what they offer


@dataclass(frozen=True)
class Door:
    """One request: method, path, and what it is given."""

    method: str
    path: str
    fields: tuple[tuple[str, str], ...] = ()
    status: int = field(default=0, compare=False)  # what it answered when it was looked at; 0: nobody looked

    @property
    def opens(self) -> bool:
        """Whether there is somebody behind it for this role, as far as is known."""
        return self.status in (0, 200)

    @property
    def names(self) -> tuple[str, ...]:
        """What an attacker can fill in."""
        return tuple(dict.fromkeys(name for name, _ in self.fields if name != "csrfmiddlewaretoken"))

    def with_value(self, name: str, value: str) -> list[tuple[str, str]]:
        """Its fields with another value in one."""
        kept = [(key, had) for key, had in self.fields if key not in (name, "csrfmiddlewaretoken")]
        return [*kept, (name, value)]


def doors(browser: Browser, addresses: list[str]) -> list[Door]:
    """Every address, then what the pages behind it offer, each (method, kind of path, names) once."""
    found: dict[tuple[str, str, tuple[str, ...]], Door] = {}
    waiting, read = list(dict.fromkeys(addresses)), set()
    while waiting and len(read) < DEPTH:
        target = waiting.pop(0)
        if target in read:
            continue
        read.add(target)
        answer = browser.get(target)
        path = urlsplit(target).path
        asked = tuple(parse_qsl(urlsplit(target).query, keep_blank_values=True))
        _keep(found, Door("GET", path, asked, answer.status))
        if answer.status != 200 or not answer.is_html:
            continue
        for door in offered(answer, path):
            if _keep(found, door) and door.method == "GET" and target in addresses:
                waiting.append(
                    door.path + ("?" + "&".join(f"{n}={v}" for n, v in door.fields) if door.fields else "")
                )
    return list(found.values())


def merged(found: list[Door]) -> list[Door]:
    """One door for each method and kind of path, with every name that any door of it offers."""
    kinds: dict[tuple[str, str], tuple[Door, dict[str, str]]] = {}
    for door in found:
        _, fields = kinds.setdefault((door.method, SHAPE.sub("#", door.path)), (door, {}))
        for name, value in door.fields:
            fields.setdefault(name, value or "1")
    return [replace(door, fields=tuple(fields.items())) for door, fields in kinds.values()]


def _keep(found: dict[tuple[str, str, tuple[str, ...]], Door], door: Door) -> bool:
    key = (door.method, SHAPE.sub("#", door.path), tuple(sorted(door.names)))
    return found.setdefault(key, door) is door


def offered(answer: Answer, path: str) -> Iterator[Door]:
    """The links with questions and the forms of a page, of this house only."""
    page = html.fromstring(answer.body or b"<p/>")
    for href in page.xpath("//a/@href"):
        there = urlsplit(urljoin(path, str(href)))
        if not there.netloc and there.path.startswith("/") and there.query:
            yield Door("GET", there.path, tuple(parse_qsl(there.query, keep_blank_values=True)))
    for form in page.forms:
        there = urlsplit(urljoin(path, form.action or path))
        if there.netloc:
            continue
        fields = tuple(_fields(form))
        yield Door((form.method or "GET").upper(), there.path, fields)


def _fields(form: html.FormElement) -> Iterator[tuple[str, str]]:
    """What a browser would send, and what is not ticked too."""
    for each in form.inputs:
        if not each.name or each.get("type") in ("submit", "button", "image"):
            continue
        if isinstance(each, html.SelectElement):
            options = [option for option in each.value_options if option]
            yield each.name, options[0] if options else ""
        elif each.get("type") != "file":
            yield each.name, each.get("value") or ""
    for button in form.xpath(".//button[@name]"):
        yield button.get("name"), button.get("value") or ""
