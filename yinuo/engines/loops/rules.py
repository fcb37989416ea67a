"""What a loop is: rules that act in one pack because of a fact of another. It sleeps while a pack is absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps

from yinuo.facts.follow import SeqFact
from yinuo.facts.kinds import kind_named


@dataclass(frozen=True, slots=True)
class Rule:
    """`act` is called once for every fact of the kind `on`, inside a transaction of its own.

    What it raises is tried again later, so it raises when it could not do its work, and returns when there is none.
    """

    key: str
    on: str
    act: Callable[[SeqFact], None]


@dataclass(frozen=True, slots=True)
class Loop:
    """`needs` are the labels of the apps it joins; `rules` names the module whose RULES are imported when all are here."""

    key: str
    needs: tuple[str, ...]
    rules: str

    @property
    def is_awake(self) -> bool:
        """Whether every app it needs is installed."""
        return set(self.needs) <= apps.app_configs.keys()


_loops: dict[str, Loop] = {}
_rules: dict[str, Rule] = {}


def declare_loop(loop: Loop) -> None:
    """Make a loop known, and its rules if it is awake; ValueError for two rules of one key, FactRefused for a rule
    that listens to a kind of fact nobody declared."""
    _loops[loop.key] = loop
    if not loop.is_awake:
        return
    for rule in import_module(loop.rules).RULES:
        kind_named(rule.on)
        if _rules.setdefault(rule.key, rule) is not rule:
            raise ValueError(f"rule {rule.key!r} is declared twice")


def loops() -> list[Loop]:
    """Every declared loop, asleep or not."""
    return list(_loops.values())


def awake_rules() -> dict[str, Rule]:
    """The rules of the loops that are awake, by key."""
    return dict(_rules)
