"""Icons, words of status, figures, small text parts, cards, and the filters for numbers and times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.template import defaultfilters
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yinuo.ground.terms.words import Words
from yinuo.web import formats, leaves
from yinuo.web.bullet import bullet_of
from yinuo.web.parts import Pair
from yinuo.web.tags.component import Offered, drawn_of

offered = Offered()
STATUS = {
    "met": ("circle-check", "met"),
    "near": ("clock", "near"),
    "missed": ("alert-triangle", "missed"),
    "unknown": ("info-circle", "unknown"),
}

FILTERS: dict[str, Any] = {
    {"size": "file_size"}.get(name, name): getattr(formats, name)
    for name in (
        "number", "share", "points", "money", "capped", "size", "moment", "moment_short", "day", "day_short",
        "clock_time", "weekday", "ago", "duration", "working", "period_words",
    )
}  # fmt: skip
FILTERS |= {
    "date": defaultfilters.date,
    "linebreaks": defaultfilters.linebreaks_filter,
    "linebreaksbr": defaultfilters.linebreaksbr,
}
for leaf in (leaves.icon, leaves.tag, leaves.level, formats.day_range):
    offered[leaf.__name__] = leaf


def in_words(value: object) -> str:
    """A Words, a {zh-hans, en, zh-hant} mapping or plain text in the reader's language."""
    return str(Words.read(value)) if isinstance(value, dict) else str(value or "")


FILTERS["in_words"] = in_words


@offered.component("status")
def status(verdict: str) -> dict[str, Any]:
    """Met, near, missed, cannot tell. `verdict`: met | near | missed | unknown."""
    shape, css = STATUS[verdict]
    words = {"met": _("On target"), "near": _("Near"), "missed": _("Off target"), "unknown": _("Cannot tell")}
    return {"icon": shape, "css": css, "text": words[verdict]}


@offered.component("bullet")
def bullet(
    value: object, target: object = None, most: object = None, verdict: str = "", label: str = ""
) -> dict[str, Any]:
    """A bar of a measure against its target, both on 0…`most` (the larger of the two by default)."""
    return {"bullet": bullet_of(value, target, most), "verdict": verdict, "label": label}


@offered.component("progress")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """How far a long piece of work is."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "percent": round(done * 100 / total) if total else 0,
    }


@offered.component("masked")
def masked(value: str) -> dict[str, Any]:
    """A value the server has masked; says so to screen readers."""
    return {"value": value}


@offered.component("facts")
def facts(pairs: Sequence[Pair | tuple[str, object]]) -> dict[str, Any]:
    """Labels and values. Missing values read "--"."""
    return {"pairs": [p if isinstance(p, Pair) else Pair(*p) for p in pairs]}


@offered.component("notice")
def notice(text: str, tone: str = "", icon: str = "", url: str = "", link: str = "") -> dict[str, Any]:
    """A line that matters; `tone`: "" | info | ok | warn | bad."""
    shapes = {"ok": "circle-check", "warn": "alert-triangle", "bad": "alert-triangle"}
    return {
        "text": text,
        "tone": tone,
        "icon": icon or shapes.get(tone, "info-circle"),
        "url": url,
        "link": link,
    }


@offered.component("empty")
def empty_state(text: str, url: str = "", link: str = "", icon: str = "inbox") -> dict[str, Any]:
    """Nothing here, and what to do about it."""
    return {"text": text, "url": url, "link": link, "icon": icon}


@offered.part
def card(
    title: str,
    key: str = "",
    hint: str = "",
    icon: str = "",
    end: str = "",
    flush: bool = False,
    *,
    caller: Callable[[], str],
) -> SafeString:
    """{% call ui.card("Title", key="matters", hint="2", end=html) %}…{% endcall %}: a card with a heading; `end`:
    markup at its right."""
    values = {"title": title, "key": key, "hint": hint, "icon": icon, "end": end, "flush": flush}
    return drawn_of("card", values | {"content": caller()})
