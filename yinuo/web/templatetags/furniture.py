"""Every tag and filter of the furniture; loaded for all templates, so pages need no {% load %}.

Each component is a small template in templates/web/components and a tag in `yinuo.web.tags`; arguments are
the records of `yinuo.web.parts`.
"""

from __future__ import annotations

<<<<<<< HEAD
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.templatetags import i18n, l10n
from django.templatetags import static as static_tags
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yinuo.ground.terms.words import Words
from yinuo.web import calendar_grid, fields, formats
from yinuo.web.bullet import Bullet, bullet_of
from yinuo.web.clockface import ClockFace, clock_face
from yinuo.web.keyset import Page
from yinuo.web.lists import Listing
from yinuo.web.parts import (
    CaseClock,
    Crumb,
    Difference,
    Entry,
    FileMark,
    Gate,
    Key,
    Neighbours,
    NextStep,
    Pair,
    Person,
    StepMark,
    Tab,
    Why,
)
from yinuo.web.timeline import by_day

register = template.Library()
for library in (
    i18n,
    l10n,
    static_tags,
):  # so that {% translate %} and {% static %} need no {% load %} either
    register.tags.update(library.register.tags)
    register.filters.update(library.register.filters)
COMPONENTS = "web/components"
STATUS = {
    "met": ("circle-check", "met"),
    "near": ("clock", "near"),
    "missed": ("alert-triangle", "missed"),
    "unknown": ("info-circle", "unknown"),
}

for name in (
    "number", "share", "points", "money", "capped", "size", "moment", "moment_short", "day", "day_short",
    "clock_time", "weekday", "ago", "duration", "working",
):  # fmt: skip
    register.filter({"size": "file_size"}.get(name, name), getattr(formats, name))
register.simple_tag(formats.day_range, name="day_range")


@register.filter
def in_words(value: object) -> str:
    """A Words, a {zh-hans, en, zh-hant} mapping or plain text in the reader's language."""
    return str(Words.read(value)) if isinstance(value, dict) else str(value or "")


def _now(context: Context) -> datetime:
    given = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()


def _inclusion(template_name: str) -> Any:
    return register.inclusion_tag(f"{COMPONENTS}/{template_name}.html")


@register.simple_tag
def icon(name: str, size: str = "s", label: str = "") -> SafeString:
    """An icon of the sprite; `size`: s | m | l. Without a label it is hidden from screen readers."""
    css = {"s": "sq-icon-s", "m": "sq-icon", "l": "sq-icon-l"}[size]
    use = format_html('<use href="{}#{}"/>', static("vendor/icons.svg"), name)
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', css, label, use)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', css, use)


# ---- clocks, status, figures


@register.inclusion_tag(f"{COMPONENTS}/clock.html", takes_context=True)
def clock_badge(
    context: Context,
    state: str,
    due: datetime | None = None,
    left: float | None = None,
    unit: str = "natural",
    warn: datetime | None = None,
    note: str = "",
    short: bool = False,
    near: bool = False,
    what: str = "",
) -> dict[str, Any]:
    """A clock badge. `state`: ok | warn | bad | pause | unknown | kept | waiting; see `clockface.clock_face`.

    `near` draws the outlined pill of the nearest clock in a list; `what` names the clock for announcements.
    """
    now = _now(context)
    face = clock_face(state, due, now=now, left=left, unit=unit, warn=warn, note=note, short=short)
    return {"face": face, "near": near, "what": what}


@_inclusion("clock")
def clock_of(face: ClockFace, near: bool = False, what: str = "") -> dict[str, Any]:
    """The badge of a ClockFace made elsewhere."""
    return {"face": face, "near": near, "what": what}


@register.inclusion_tag(f"{COMPONENTS}/clock_bar.html", takes_context=True)
def clock_bar(context: Context, clocks: Sequence[CaseClock], open_key: str = "") -> dict[str, Any]:
    """The clocks of a case side by side, with the panel "why this date" of the open one."""
    now = _now(context)
    faces = [
        clock_face(c.state, c.due, now=now, left=c.left, unit=c.unit, warn=c.warn, note=c.note)
        for c in clocks
    ]
    opened = next((c for c in clocks if c.key == open_key and c.why), None)
    return {"cells": list(zip(clocks, faces, strict=True)), "opened": opened, "now": now}


@register.inclusion_tag(f"{COMPONENTS}/why.html", takes_context=True)
def why_panel(context: Context, why: Why, key: str = "why", hidden: bool = False) -> dict[str, Any]:
    """Calendar and reckoning of one due date."""
    today = formats.local(_now(context)).date()
    return {"why": why, "key": key, "hidden": hidden, "grid": calendar_grid.grid_of(why, today)}


@_inclusion("status")
def status(verdict: str) -> dict[str, Any]:
    """Met, near, missed, cannot tell. `verdict`: met | near | missed | unknown."""
    shape, css = STATUS[verdict]
    words = {"met": _("On target"), "near": _("Near"), "missed": _("Off target"), "unknown": _("Cannot tell")}
    return {"icon": shape, "css": css, "text": words[verdict]}


@_inclusion("bullet")
def bullet(
    value: object, target: object = None, most: object = None, verdict: str = "", label: str = ""
) -> dict[str, Any]:
    """A bar of a measure against its target, both on 0…`most` (the larger of the two by default)."""
    drawn: Bullet = bullet_of(value, target, most)
    return {"bullet": drawn, "verdict": verdict, "label": label}


@_inclusion("progress")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """How far a long piece of work is."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "percent": round(done * 100 / total) if total else 0,
    }


# ---- text parts


@_inclusion("tag")
def tag(text: str, tone: str = "", icon: str = "", title: str = "") -> dict[str, Any]:
    """A small label; `tone`: "" | brand | risk."""
    return {"text": text, "tone": tone, "icon": icon, "title": title}


@_inclusion("level")
def level(text: str, strong: bool = False, title: str = "") -> dict[str, Any]:
    """A grade in a frame; `strong` for the gravest."""
    return {"text": text, "strong": strong, "title": title}


@_inclusion("masked")
def masked(value: str) -> dict[str, Any]:
    """A value the server has masked; says so to screen readers."""
    return {"value": value}


@_inclusion("facts")
def facts(pairs: Sequence[Pair | tuple[str, object]]) -> dict[str, Any]:
    """Labels and values. Missing values read "--"."""
    return {"pairs": [p if isinstance(p, Pair) else Pair(*p) for p in pairs]}


@_inclusion("notice")
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


@_inclusion("empty")
def empty_state(text: str, url: str = "", link: str = "", icon: str = "inbox") -> dict[str, Any]:
    """Nothing here, and what to do about it."""
    return {"text": text, "url": url, "link": link, "icon": icon}


@register.simple_block_tag
def card(
    content: str,
    title: str,
    key: str = "",
    hint: str = "",
    icon: str = "",
    end: str = "",
    flush: bool = False,
) -> SafeString:
    """{% card "Title" key="matters" hint="2" end=html %}…{% endcard %}: a card with a heading; `end`: markup at its right."""
    values = {
        "content": mark_safe(content),
        "title": title,
        "key": key,
        "hint": hint,
        "icon": icon,
        "end": end,
    }  # noqa: S308
    return _rendered("card", {**values, "flush": flush})


def _rendered(name: str, values: dict[str, Any]) -> SafeString:
    return template.loader.get_template(f"{COMPONENTS}/{name}.html").render(values)


@register.simple_block_tag
def capture(content: str) -> SafeString:
    """{% capture as name %}…{% endcapture %}: markup kept in a variable, say for the `end` of a card."""
    return mark_safe(content)  # noqa: S308


# ---- lists


@_inclusion("tabs")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Saved views above a list."""
    return {"items": items, "label": label}


@_inclusion("segments")
def segments(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """A segmented choice of links with counts."""
    return {"items": items, "label": label}


@_inclusion("filters")
def filter_bar(listing: Listing) -> dict[str, Any]:
    """Search, chips, order, "clear all" and the problems of the address."""
    return {"listing": listing}


@_inclusion("pager")
def pager(page: Page, dense: bool = True) -> dict[str, Any]:
    """Count, place, density, page size, previous and next."""
    return {"page": page, "dense": dense}


@_inclusion("updates")
def updates_pill() -> dict[str, Any]:
    """The pill "2 updates" that a live list shows while somebody works in it."""
    return {}


@_inclusion("hints")
def hint_bar(keys: Sequence[Key] = ()) -> dict[str, Any]:
    """The shortcuts of a page along its lower edge."""
    return {"keys": [(key.keys.split(), key.label) for key in keys]}


@_inclusion("crumbs")
def breadcrumbs(items: Sequence[Crumb], neighbours: Neighbours | None = None) -> dict[str, Any]:
    """Where this page is, and previous/next in the list it was opened from."""
    return {"items": items, "neighbours": neighbours}


# ---- a case


@_inclusion("stepper")
def stepper(steps: Sequence[StepMark]) -> dict[str, Any]:
    """The steps of a process with dwell times."""
    return {"steps": steps, "current": next((n for n, s in enumerate(steps, 1) if s.state == "now"), 0)}


@_inclusion("steps_public")
def public_steps(steps: Sequence[StepMark]) -> dict[str, Any]:
    """The same for a customer: one below the other; `dwell` is the line under the name, `note` small print."""
    return {"steps": steps}


@_inclusion("flow")
def flow(steps: Sequence[Crumb], current: int) -> dict[str, Any]:
    """The parts of a long form; those before `current` (from 1) link back."""
    return {
        "steps": [
            (n, s, "done" if n < current else "now" if n == current else "") for n, s in enumerate(steps, 1)
        ]
    }


@_inclusion("timeline")
def timeline(entries: Sequence[Entry]) -> dict[str, Any]:
    """Entries grouped by day, in the order given."""
    return {"days": by_day(entries)}


@_inclusion("gates")
def gates(items: Sequence[Gate]) -> dict[str, Any]:
    """What must be done before the case may close."""
    return {"items": items}


@register.inclusion_tag(f"{COMPONENTS}/next_step.html", takes_context=True)
def next_step(context: Context, step: NextStep) -> dict[str, Any]:
    """The primary button and the gates in its way."""
    return {"step": step, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag(f"{COMPONENTS}/phone_bar.html", takes_context=True)
def phone_bar(context: Context, step: NextStep) -> dict[str, Any]:
    """The same at the lower edge of a phone."""
    return {"step": step, "csrf_token": context.get("csrf_token")}


@_inclusion("presence")
def presence(people: Sequence[Person]) -> dict[str, Any]:
    """Who else is looking."""
    return {"people": people}


@_inclusion("eyes")
def eyes(people: Sequence[Person]) -> dict[str, Any]:
    """Who proposed and who approved or will."""
    return {"people": people}


@_inclusion("conflict")
def conflict(who: str, at: datetime, differences: Sequence[Difference] = (), url: str = "") -> dict[str, Any]:
    """Somebody else changed it meanwhile; nothing was overwritten."""
    return {"who": who, "at": at, "differences": differences, "url": url}


# ---- forms and files


@_inclusion("errors")
def error_summary(form: BaseForm, kept: str = "") -> dict[str, Any]:
    """What must be mended, each a link to its field; nothing when the form is fine. `kept` tells what was kept."""
    return {"errors": fields.errors_of(form), "kept": kept}


@_inclusion("field")
def field(
    bound: BoundField, hint: str = "", count: int = 0, affix: str = "", optional: str = "", css: str = ""
) -> dict[str, Any]:
    """A field with label, hint, error and control; radio and checkbox groups become picks.

    `count`: longest text in characters, counted below; `affix`: unit at the right; `optional`: words beside the
    label of a field that need not be filled ("" = "optional"); `css`: "rate" for five marks in a row.
    """
    return fields.drawn(bound, hint=hint, count=count, affix=affix, optional=optional, css=css)


@_inclusion("draft")
def draft_status(saved_at: datetime | None = None, note: str = "") -> dict[str, Any]:
    """ "Saved automatically 14:31"; kept true by the script of <form data-draft-url>."""
    return {"saved_at": saved_at, "note": note}


@_inclusion("files")
def file_list(files: Sequence[FileMark], key: str = "files") -> dict[str, Any]:
    """Files with their state; `key` is the id that an upload control points at."""
    return {"files": files, "key": key}


@_inclusion("file")
def file_row(file: FileMark) -> dict[str, Any]:
    """One file: what an upload view answers."""
    return {"file": file}


@_inclusion("file_pick")
def file_picker(
    name: str, text: str, upload_url: str = "", into: str = "files", accept: str = "", most: int = 20971520
) -> dict[str, Any]:
    """A button that chooses files; with `upload_url` each is sent at once and its row put into the list `into`."""
    return {
        "name": name,
        "text": text,
        "upload_url": upload_url,
        "into": into,
        "accept": accept,
        "most": most,
    }
=======
from django.template import Library
from django.templatetags import i18n, l10n, static

from yinuo.web.tags import basic, case, clocks, forms, listing

register = Library()
for source in (
    i18n,
    l10n,
    static,
    basic,
    clocks,
    listing,
    case,
    forms,
):  # {% translate %} and {% static %} too
    register.tags.update(source.register.tags)
    register.filters.update(source.register.filters)
>>>>>>> web
