"""Verbs 权限: what can be done at all, and which roles may do it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_declared: dict[str, Verb] = {}
VERBS = MappingProxyType(_declared)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb by its key ("complaints.answer"), its name for people and the keys of its roles.

    `over_accounts`: it gives power over everybody's access, so that two people decide who gets a role that has it.
    """

    key: str
    name: str | _StrPromise
    roles: tuple[str, ...]
    over_accounts: bool = False


def declare_verb(verb: Verb) -> Verb:
    """Make a verb known; the same key again with other roles is a ValueError."""
    known = _declared.setdefault(verb.key, verb)
    if known is not verb and known != verb:
        raise ValueError(f"verb {verb.key!r} is already declared otherwise")
    return known


def verb_named(key: str) -> Verb:
    """The declared verb; LookupError for a key nobody declared, so that a slip never grants anything."""
    try:
        return _declared[key]
    except KeyError:
        raise LookupError(f"verb {key!r} is not declared") from None


def verbs_of(role: str) -> list[Verb]:
    """The verbs a role has, in key order."""
    return [verb for _key, verb in sorted(_declared.items()) if role in verb.roles]
