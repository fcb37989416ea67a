"""Promises as an edition brings them: read, and held against the facts that give them their days."""

from __future__ import annotations

from yinuo.engines.promises.promise import Promise, parse_promises
from yinuo.facts.kinds import declared
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _


def read_promises(text: str) -> list[Promise]:
    """All promises of a `promises.toml`; Unreadable also where a fact that is to give a day says none, or several.

    A kind that nobody declares belongs to a pack that is absent, and never happens.
    """
    promises, known = parse_promises(text), declared()
    for promise in promises:
        for kind in promise.until:
            if kind in known and known[kind].day_field is None:
                raise Unreadable(f"{promise.key}.until", _("{kind} does not say one day"), kind=kind)
    return promises
