"""The smallest parts as markup: icon, tag, level, clock badge, a filter's options, a calendar's
days.

A list draws hundreds of them, and a template of its own for each costs more than everything else on the page;
so these, and only these, are written here. Whatever is drawn a few times a page is a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.templatetags.static import static
from django.utils.safestring import SafeString

from yinuo.web.calendar_grid import Cell as Day
from yinuo.web.clockface import ClockFace
from yinuo.web.escaping import escaped
from yinuo.web.filters import Option

NOTHING = SafeString("")
DAY = '<td class="{}"{}><time datetime="{}">{}</time><span>{}</span></td>'
RUNNING = ("ok", "warn")
SIZES = {"s": "sq-icon-s", "m": "sq-icon", "l": "sq-icon-l"}


def drawn(form: str, *parts: object, **named: object) -> SafeString:
    """`format_html` at a fifth of its price: what is not markup already is escaped."""
    named = {name: escaped(part) for name, part in named.items()}
    return SafeString(form.format(*map(escaped, parts), **named))  # nosec B703 # every part was escaped


def joined(form: str, rows: Iterable[Iterable[object]]) -> SafeString:
    """One after the other, each `drawn`."""
    return SafeString("".join(form.format(*map(escaped, row)) for row in rows))  # nosec B703 # every part is escaped


@lru_cache(maxsize=512)
def icon(name: str, size: str = "s", label: str = "") -> SafeString:
    """An icon of the sprite; `size`: s | m | l. Without a label it is hidden from screen readers."""
    use = drawn('<use href="{}#{}"/>', static("vendor/icons.svg"), name)
    if label:
        return drawn('<svg class="{}" role="img" aria-label="{}">{}</svg>', SIZES[size], label, use)
    return drawn('<svg class="{}" aria-hidden="true">{}</svg>', SIZES[size], use)


def _attribute(name: str, value: object) -> SafeString:
    return drawn(' {}="{}"', name, value) if value else NOTHING


def tag(text: str, tone: str = "", shape: str = "", title: str = "") -> SafeString:
    """A small label; `tone`: "" | brand | risk; `shape`: the name of an icon before it."""
    css = f"sq-tag is-{tone}" if tone else "sq-tag"
    before = icon(shape) if shape else NOTHING
    return drawn('<span class="{}"{}>{}{}</span>', css, _attribute("title", title), before, text)


def level(text: str, strong: bool = False, title: str = "") -> SafeString:
    """A grade in a frame; `strong` for the gravest."""
    css = "sq-level is-strong" if strong else "sq-level"
    return drawn('<span class="{}"{}>{}</span>', css, _attribute("title", title), text)


def pick(choice: Mapping[str, object]) -> SafeString:
    """One radio button or checkbox of a group, from what its widget says of it."""
    attributes: Mapping[str, object] = choice["attrs"]  # type: ignore[assignment]
    said = (
        drawn(' {}="{}"', *each) if each[1] is not True else drawn(" {}", each[0])
        for each in attributes.items()
        if each[1] is not False
    )
    form = '<input type="{}" name="{}" value="{}"{}>'
    return drawn(form, choice["type"], choice["name"], choice["value"], SafeString("".join(said)))  # nosec B703 # each attribute was drawn, so escaped


def clock(face: ClockFace, near: bool = False, what: str = "") -> SafeString:
    """A clock badge with what the browser needs to keep it true; `near` is the outlined pill of the nearest."""
    if face.state == "waiting":
        return drawn('<span class="sq-muted">{}</span>', face.text)
    # A list draws seventy, and `drawn` asks of every part what it is.
    css = f"is-{face.state} is-near" if near else f"is-{face.state}"
    inside = f"{icon(face.icon)}<span>{escaped(face.text)}</span>"
    return SafeString(f'<span class="sq-clock {css}"{_ticking(face, what)}>{inside}</span>')  # nosec B703 # every part is escaped or a constant


def _ticking(face: ClockFace, what: str) -> str:
    if face.due is None:
        return ""
    runs = face.tick or face.state in RUNNING
    unit = f' data-unit="{escaped(face.unit)}" data-running' if runs else ""
    warn = f' data-warn="{face.warn.isoformat()}"' if face.warn else ""
    tick = " data-tick" if face.tick else ""
    named = f' data-what="{escaped(what)}"' if what else ""
    return f' data-due="{face.due.isoformat()}"{warn}{unit}{tick}{named}'


def weeks(found: Iterable[Iterable[Day]]) -> SafeString:
    """The rows of a calendar, a cell a day."""
    return joined("<tr>{}</tr>", ((joined(DAY, map(_day, week)),) for week in found))


def _day(one: Day) -> tuple[object, ...]:
    return one.css, _attribute("title", one.text), one.day.isoformat(), one.told, one.text


def options(choices: Iterable[Option]) -> SafeString:
    """The choices of a filter as links, the chosen ones marked."""
    chosen = drawn('<span class="sq-push">{}</span>', icon("check"))
    here = SafeString(' aria-current="true"')
    links = (
        (one.url, here, one.label, chosen) if one.current else (one.url, NOTHING, one.label, NOTHING)
        for one in choices
    )
    return joined('<li><a href="{}"{}>{}{}</a></li>', links)
