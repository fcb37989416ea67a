"""The smallest parts as markup: icon, tag, level, clock badge, the options of a filter.

A list draws hundreds of them, and a template of its own for each costs more than everything else on the page;
so these, and only these, are written here. Whatever is drawn a few times a page is a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yinuo.web.clockface import ClockFace
from yinuo.web.filters import Option

NOTHING = mark_safe("")
RUNNING = ("ok", "warn")
SIZES = {"s": "sq-icon-s", "m": "sq-icon", "l": "sq-icon-l"}


@lru_cache(maxsize=512)
def icon(name: str, size: str = "s", label: str = "") -> SafeString:
    """An icon of the sprite; `size`: s | m | l. Without a label it is hidden from screen readers."""
    use = format_html('<use href="{}#{}"/>', static("vendor/icons.svg"), name)
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', SIZES[size], label, use)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', SIZES[size], use)


def _attribute(name: str, value: object) -> SafeString:
    return format_html(' {}="{}"', name, value) if value else NOTHING


def tag(text: str, tone: str = "", shape: str = "", title: str = "") -> SafeString:
    """A small label; `tone`: "" | brand | risk; `shape`: the name of an icon before it."""
    css = f"sq-tag is-{tone}" if tone else "sq-tag"
    drawn = icon(shape) if shape else NOTHING
    return format_html('<span class="{}"{}>{}{}</span>', css, _attribute("title", title), drawn, text)


def level(text: str, strong: bool = False, title: str = "") -> SafeString:
    """A grade in a frame; `strong` for the gravest."""
    css = "sq-level is-strong" if strong else "sq-level"
    return format_html('<span class="{}"{}>{}</span>', css, _attribute("title", title), text)


def clock(face: ClockFace, near: bool = False, what: str = "") -> SafeString:
    """A clock badge with what the browser needs to keep it true; `near` is the outlined pill of the nearest."""
    if face.state == "waiting":
        return format_html('<span class="sq-muted">{}</span>', face.text)
    return format_html(
        '<span class="sq-clock is-{}{}"{}>{}<span>{}</span></span>',
        face.state, " is-near" if near else "", _ticking(face, what), icon(face.icon), face.text,
    )  # fmt: skip


def _ticking(face: ClockFace, what: str) -> SafeString:
    if face.due is None:
        return NOTHING
    runs = face.tick or face.state in RUNNING
    unit = format_html(' data-unit="{}" data-running', face.unit) if runs else NOTHING
    warn = face.warn.isoformat() if face.warn else ""
    return format_html(
        ' data-due="{}"{}{}{}{}',
        face.due.isoformat(), _attribute("data-warn", warn), unit,
        SafeString(" data-tick") if face.tick else NOTHING, _attribute("data-what", what),
    )  # fmt: skip


def options(choices: Iterable[Option]) -> SafeString:
    """The choices of a filter as links, the chosen ones marked."""
    chosen = format_html('<span class="sq-push">{}</span>', icon("check"))
    here = SafeString(' aria-current="true"')
    drawn = (
        (one.url, here, one.label, chosen) if one.current else (one.url, NOTHING, one.label, NOTHING)
        for one in choices
    )
    return format_html_join("", '<li><a href="{}"{}>{}{}</a></li>', drawn)
