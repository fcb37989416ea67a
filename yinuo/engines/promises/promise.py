"""A promise: what starts and stops it, what pauses it, within how much of which time.

Read from `promises.toml`, one table per promise; every refusal is an Unreadable that names promise and field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from yinuo.engines.promises.limits import Given, read_limit
from yinuo.engines.promises.rungs import Rung, read_acknowledge, read_ladder
from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span

WARN = Decimal("0.8")
_FIELDS = {
    "name", "starts", "stops", "pauses", "resumes", "within", "rolls", "warn", "pausable", "source",
    "confirmed", "when", "extends", "lapses", "restores", "ladder", "acknowledge", "explain", "until",
}  # fmt: skip
_KEY = re.compile(r"[a-z][a-z0-9_]{0,79}")
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,79}")


@dataclass(frozen=True)
class Promise:
    """One promise. `starts` … `resumes` are kinds of facts; any of several does.

    With as many `resumes` as `pauses`, each ends the pause in the same place of the list; with one of either,
    it ends every pause, or each ends it. A kind that both starts and stops closes one run and opens the next.
    `when` narrows it to cases whose level, channel … is in the list. `extends` says which kinds of facts give the
    promise a longer limit, counted from the same start; one that comes after the limit has passed gives nothing.
    `lapses` names the facts after which nobody waits for it any more: a run that is neither stopped nor broken by
    then has no verdict. `restores` says which later fact takes which of them back: the two together move nothing, the
    clock goes on as if neither had happened, and no limit begins anew.
    `ladder` says who is told when, `acknowledge` how long they have to say so before the next rung comes. `explain`
    is the list of reasons of which one is needed once the limit `within` has passed, extended or not.
    `until` names the kinds of facts that say a day: the limit is then `Given`, the close of the day the last of them
    said. Whatever starts such a promise says one; a later day moves the clock while it runs, and nothing once it is over.
    """

    key: str
    name: Words
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    within: Span | Given
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    warn: Decimal = WARN  # share of the allowed time after which it is near, above 0, at most 1
    pausable: bool = False
    source: Words | str = ""  # the rule it comes from
    confirmed: bool = True  # somebody answerable has checked it against its source
    when: Mapping[str, list[str]] = field(default_factory=dict, hash=False)
    extends: Mapping[str, Span] = field(default_factory=dict, hash=False)
    lapses: tuple[str, ...] = ()
    restores: Mapping[str, str] = field(default_factory=dict, hash=False)
    ladder: tuple[Rung, ...] = ()
    acknowledge: Span | None = None
    explain: str = ""  # the key of a term list
    until: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.starts or not self.stops:
            raise Unreadable(f"{self.key}.{'stops' if self.starts else 'starts'}", _("names no kind of fact"))
        if not 0 < self.warn <= 1:
            raise Unreadable(
                f"{self.key}.warn", _("{share} is not a share above 0, at most 1"), share=self.warn
            )
        if set(self.pauses) & set(self.resumes):
            raise Unreadable(f"{self.key}.resumes", _("the same kind pauses and resumes"))
        counts = {len(self.pauses), len(self.resumes)}
        if len(counts) > 1 and (0 in counts or 1 not in counts):
            raise Unreadable(
                f"{self.key}.resumes",
                _("{kinds} kinds for {pauses} pauses"),
                kinds=len(self.resumes),
                pauses=len(self.pauses),
            )
        if self.pausable and not self.pauses:
            raise Unreadable(f"{self.key}.pauses", _("pausable, but nothing pauses it"))
        if self.pausable and self.within.unit == "days":
            raise Unreadable(f"{self.key}.pausable", _("a limit in natural days is never paused"))
        self._check_given()
        self._check_besides({*self.starts, *self.stops, *self.pauses, *self.resumes})

    def _check_given(self) -> None:
        """A limit that is a day of the case's own is set by facts, and by nothing else."""
        if isinstance(self.within, Given) != bool(self.until):
            raise Unreadable(f"{self.key}.until", _("a limit is given by facts, or it is a length of time"))
        if not self.until:
            return
        for kind in sorted(set(self.starts).difference(self.until)):
            raise Unreadable(f"{self.key}.until", _("{kind} starts it and gives no day"), kind=kind)
        for name in ("pausable", "extends", "explain"):
            if getattr(self, name):
                raise Unreadable(
                    f"{self.key}.{name}", _("a limit that is a day is moved by another day alone")
                )

    def _check_besides(self, moving: set[str]) -> None:
        """What extends or lapses it moves the clock in no other way."""
        span = self.within
        for kind, longer in self.extends.items():
            if isinstance(span, Given) or longer.unit != span.unit or longer.number <= span.number:
                raise Unreadable(
                    f"{self.key}.extends", _("{kind} gives no longer limit of the same unit"), kind=kind
                )
        for name, kinds, others in (
            ("extends", self.extends, moving),
            ("lapses", self.lapses, {*moving, *self.extends, *self.until}),
            ("restores", self.restores, {*moving, *self.extends, *self.until, *self.lapses}),
        ):
            for kind in sorted(others.intersection(kinds)):
                raise Unreadable(
                    f"{self.key}.{name}", _("{kind} moves the clock in another way already"), kind=kind
                )
        for kind in sorted(set(self.restores.values()).difference(self.lapses)):
            raise Unreadable(f"{self.key}.restores", _("{kind} is not among what lapses it"), kind=kind)

    @cached_property
    def ends_of(self) -> Mapping[str, frozenset[str]]:
        """Which pauses each kind of `resumes` ends."""
        if len(self.pauses) != len(self.resumes) or len(self.resumes) == 1:
            return dict.fromkeys(self.resumes, frozenset(self.pauses))
        pairs = list(zip(self.resumes, self.pauses, strict=True))
        return {kind: frozenset(pause for end, pause in pairs if end == kind) for kind in self.resumes}

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Every kind of fact that can move this clock."""
        pausing = (self.pauses + self.resumes) if self.pausable else ()
        besides = (*self.extends, *self.lapses, *self.restores, *self.until)
        return frozenset(self.starts + self.stops + pausing + besides)

    def longer(self, kind: str, than: Span) -> Span:
        """The limit after an extension of this kind: never a shorter one."""
        return max(self.extends[kind], than, key=lambda span: span.number)

    def covers(self, case: Mapping[str, str | None]) -> bool:
        """The promise is made to a case with these properties (level, channel …)."""
        return all(case.get(key) in allowed for key, allowed in self.when.items())


def parse_promises(text: str) -> list[Promise]:
    """All promises of a `promises.toml`, in its order."""
    tables = read_toml(text, "promises", parse_float=Decimal)
    return [_promise(key, table) for key, table in tables.items()]


def _promise(key: str, table: object) -> Promise:
    if not _KEY.fullmatch(key) or not isinstance(table, dict):
        raise Unreadable(key[:40], _("not a table with a key of small letters, digits and _"))
    if strange := sorted(set(table) - _FIELDS):
        raise Unreadable(key, _("unknown field {strange!r}"), strange=strange[0])
    if "pauses" in table and "pausable" not in table:
        raise Unreadable(f"{key}.pausable", _("say true or false, since pauses are named"))
    if not isinstance(name := table.get("name"), dict):
        raise Unreadable(f"{key}.name", _("missing, or not a table of three languages"))
    rolls = _flag(table, "rolls", True, key)
    ladder = read_ladder(table.get("ladder", []), f"{key}.ladder")
    return Promise(
        key=key,
        name=Words.read(name, f"{key}.name"),
        starts=_kinds(table, "starts", key),
        stops=_kinds(table, "stops", key),
        within=read_limit(table, rolls, key),
        pauses=_kinds(table, "pauses", key),
        resumes=_kinds(table, "resumes", key),
        warn=_share(table, key),
        pausable=_flag(table, "pausable", False, key),
        source=Words.read_any(table.get("source", ""), f"{key}.source"),
        confirmed=_flag(table, "confirmed", "source" not in table, key),
        when=_when(table.get("when", {}), key),
        extends=_extends(table.get("extends", {}), rolls, key),
        lapses=_kinds(table, "lapses", key),
        restores=_restores(table.get("restores", {}), key),
        ladder=ladder,
        acknowledge=read_acknowledge(table.get("acknowledge"), ladder, f"{key}.acknowledge"),
        explain=_list_key(table.get("explain", ""), key),
        until=_kinds(table, "until", key),
    )


def _kinds(table: Mapping[str, Any], name: str, key: str) -> tuple[str, ...]:
    value = table.get(name, [])
    kinds = [value] if isinstance(value, str) else value
    if not isinstance(kinds, list) or not all(isinstance(k, str) and _KIND.fullmatch(k) for k in kinds):
        raise Unreadable(
            f"{key}.{name}", _("not a kind of fact like 'complaints.received', nor a list of them")
        )
    return tuple(kinds)


def _extends(table: object, rolls: bool, key: str) -> dict[str, Span]:
    if not isinstance(table, dict) or not all(_KIND.fullmatch(kind) for kind in table):
        raise Unreadable(
            f"{key}.extends", _("not a table that gives kinds of facts a longer limit each, such as 30 days")
        )
    return {kind: Span.parse(span, rolls=rolls, where=f"{key}.extends") for kind, span in table.items()}


def _restores(table: object, key: str) -> dict[str, str]:
    pairs = table.items() if isinstance(table, dict) else [("", "")]
    if not all(isinstance(undone, str) and _KIND.fullmatch(kind) for kind, undone in pairs):
        raise Unreadable(
            f"{key}.restores", _("not a table that says which kind of fact takes which one back")
        )
    return dict(pairs)


def _list_key(value: object, key: str) -> str:
    if not isinstance(value, str) or (value and not _KEY.fullmatch(value)):
        raise Unreadable(f"{key}.explain", _("not the key of a list of reasons"))
    return value


def _flag(table: Mapping[str, Any], name: str, otherwise: bool, key: str) -> bool:
    value = table.get(name, otherwise)
    if not isinstance(value, bool):
        raise Unreadable(f"{key}.{name}", _("not true or false"))
    return value


def _share(table: Mapping[str, Any], key: str) -> Decimal:
    value = table.get("warn", WARN)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise Unreadable(f"{key}.warn", _("not a share like 0.8"))
    return Decimal(value)


def _when(table: object, key: str) -> dict[str, list[str]]:
    lists = table.values() if isinstance(table, dict) else [None]
    if not all(isinstance(v, list) and v and all(isinstance(x, str) for x in v) for v in lists):
        raise Unreadable(f"{key}.when", _("not a table of lists like level = ['complex']"))
    return dict(table)  # type: ignore[call-overload,no-any-return]  # checked above
