"""One filter of a list: what the address says, how it narrows the rows, how its chip is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yinuo.web.formats import RANGE
from yinuo.web.keyset import flat

Text = str | Promise
MOST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a list.

    `kind`: choices | days | text. `choices`: (value, label) pairs, or a function giving them when asked.
    `where`: how it narrows: a lookup name ("channel", "received_at"), or a function of the read value giving
    a Q. A "days" value in the address is 2026-01-01~2026-09-28, either side may be empty; the last day is
    included.
    """

    key: str
    label: Text
    kind: str = "choices"
    choices: Sequence[tuple[str, Text]] | Callable[[], Sequence[tuple[str, Text]]] = ()
    where: str | Callable[[Any], Q] = ""
    multiple: bool = False

    def options(self) -> Sequence[tuple[str, Text]]:
        return self.choices() if callable(self.choices) else self.choices

    def offered(self) -> tuple[tuple[str, str], ...]:
        """The same as it reads today."""
        return tuple((key, str(label)) for key, label in self.options())


@dataclass(frozen=True, slots=True)
class Option:
    label: Text
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as its chip draws it: the words of its value ("" = not set), what clears it, its options."""

    key: str
    label: Text
    kind: str
    told: str
    clear_url: str
    options: list[Option]
    start: str = ""
    end: str = ""
    kept: list[tuple[str, str]] = field(default_factory=list)


def given(one: Filter, query: Mapping[str, Any]) -> list[str]:
    """What the address says about a filter; the form of a period sends its two days apart."""
    found = [str(v) for k, v in flat(query) if k == one.key and v != ""]
    apart = [str(query.get(f"{one.key}_{side}", "") or "") for side in ("from", "to")]
    return [f"{apart[0]}~{apart[1]}"] if one.kind == "days" and not found and any(apart) else found


def said(what: Text, value: str) -> dict[str, str]:
    return {"what": str(what), "value": value[:40]}


def read_value(one: Filter, said_values: Sequence[str], problems: list[str]) -> Any:
    if one.kind == "text":
        return " ".join(str(said_values[0])[:MOST_TEXT].replace("\x00", "").split())
    if one.kind == "days":
        return _days(one, str(said_values[0]), problems)
    allowed = {value for value, _label in one.options()}
    asked = list(dict.fromkeys(said_values)) if one.multiple else list(said_values)[:1]
    for bad in (value for value in asked if value not in allowed):
        problems.append(
            _("%(what)s: “%(value)s” is not one of the choices and is left out.") % said(one.label, bad)
        )
    return [value for value in asked if value in allowed]


def _days(one: Filter, text: str, problems: list[str]) -> tuple[date | None, date | None] | None:
    first, _sep, last = text.partition("~")
    try:
        start, end = (date.fromisoformat(part) if part else None for part in (first, last))
    except ValueError:
        start = end = None
        bad = True
    else:
        bad = (start is not None and end is not None and start > end) or date.max in (start, end)
    if bad:
        problem = _("%(what)s: “%(value)s” is not a period; write 2026-01-01~2026-09-28. It is left out.")
        problems.append(problem % said(one.label, text))
        return None
    return (start, end) if start or end else None


def condition(one: Filter, value: Any) -> Q:
    if callable(one.where):
        return one.where(value)
    name = one.where or one.key
    if one.kind == "text":
        return Q(**{f"{name}__icontains": value})
    if one.kind == "days":
        start, end = value
        zone = timezone.get_current_timezone()
        wanted = Q(**{f"{name}__gte": datetime.combine(start, time(), zone)}) if start else Q()
        return wanted & (
            Q(**{f"{name}__lt": datetime.combine(end + timedelta(1), time(), zone)}) if end else Q()
        )
    return Q(**{f"{name}__in": value})


def chip_of(one: Filter, value: Any, query: Mapping[str, Any]) -> Chip:
    kept = [
        (k, str(v))
        for k, v in flat(query)
        if k not in (one.key, f"{one.key}_from", f"{one.key}_to", "after", "before")
    ]
    clear = "?" + urlencode(kept)
    if one.kind == "text":
        return Chip(one.key, one.label, one.kind, value or "", clear, [], kept=kept)
    if one.kind == "days":
        start, end = (d.isoformat() if d else "" for d in (value or (None, None)))
        return Chip(
            one.key,
            one.label,
            one.kind,
            f"{start}{RANGE}{end}".strip() if value else "",
            clear,
            [],
            start,
            end,
            kept,
        )
    chosen = value or []
    options = [
        Option(label, _toggled(one, key, chosen, clear), key in chosen) for key, label in one.options()
    ]
    told = "、".join(str(label) for key, label in one.options() if key in chosen)
    return Chip(one.key, one.label, one.kind, told, clear, options, kept=kept)


def _toggled(one: Filter, key: str, chosen: Sequence[str], clear: str) -> str:
    """The address with this choice taken or given back; `clear`: the address without this filter."""
    if not one.multiple:
        wanted = [] if key in chosen else [key]
    else:
        wanted = [c for c in chosen if c != key] if key in chosen else [*chosen, key]
    more = urlencode([(one.key, value) for value in wanted])
    return f"{clear}&{more}" if more and clear != "?" else clear + more
