"""Every address, every parameter that its pages offer or the house reads, every payload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from urllib.parse import quote

from tests.attack.assault import Assault, a_word
from tests.attack.doors import ASKED, Door
from tests.attack.payloads import KINDS, PAUSE, SLEEPS, filled

PLACE = re.compile(r"<(?:(?:str|slug|path):)?(\w+)>")


def parameters(assault: Assault, seconds: float, *, few: bool = False) -> None:
    """Payloads in every parameter; the first of each kind everywhere before the second of any."""
    assault.all_of("parameters", _parameters(assault, few), seconds)


def paths(assault: Assault, seconds: float, *, few: bool = False) -> None:
    """Payloads as the names in addresses."""
    assault.all_of("paths", _paths(assault, few), seconds)


def pauses(assault: Assault, seconds: float, *, few: bool = False) -> None:
    """SQL that waits: what takes as long as it says, three times, and no time without, was carried out."""
    assault.all_of("pauses", _pauses(assault, few), seconds)


def ordered(few: bool) -> list[tuple[str, str]]:
    """(kind, payload) with the first of every kind first."""
    ranks = zip_longest(*([(kind, each) for each in payloads] for kind, payloads in KINDS.items()))
    found = [each for rank in ranks for each in rank if each]
    return found[: len(KINDS)] if few else found


def _parameters(assault: Assault, few: bool) -> Iterator[Callable[[], None]]:
    for _kind, payload in ordered(few):
        for door in assault.kinds:
            for name in door.names:
                yield partial(_one, assault, door, name, payload)
            if door.method == "GET":
                yield partial(_together, assault, door, payload)


def _one(assault: Assault, door: Door, name: str, payload: str) -> None:
    word = a_word()
    answer = assault.knock(door, door.with_value(name, filled(payload, word)))
    assault.look("parameters", f"{door.method} {door.path} {name}={payload[:80]!r}", answer, word)


def _together(assault: Assault, door: Door, payload: str) -> None:
    if len(payload) > 1000:
        return
    word = a_word()
    answer = assault.knock(door, [(name, filled(payload, word)) for name in ASKED])
    assault.look("parameters", f"{door.method} {door.path} <all that is read>={payload[:80]!r}", answer, word)


def _paths(assault: Assault, few: bool) -> Iterator[Callable[[], None]]:
    named = [pattern for pattern in assault.sight["addresses"] if PLACE.search(pattern)]
    for _kind, payload in ordered(few):
        if len(payload) < 1000:
            for pattern in named:
                yield partial(_path, assault, pattern, payload)


def _path(assault: Assault, pattern: str, payload: str) -> None:
    word = a_word()
    written = quote(filled(payload, word), safe="%" if "%2f" in payload else "")
    places = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000000", pattern)
    target = "/" + re.sub(r"<int:\w+>", "1", PLACE.sub(lambda _: written, places))
    hand = assault.hand()
    assault.look("paths", f"GET /{pattern} <- {payload[:80]!r}", hand.get(target), word)


def _pauses(assault: Assault, few: bool) -> Iterator[Callable[[], None]]:
    for payload in SLEEPS[:1] if few else SLEEPS:
        for door in assault.kinds:
            for name in door.names:
                yield partial(_pause, assault, door, name, payload)


def _pause(assault: Assault, door: Door, name: str, payload: str) -> None:
    def seconds(text: str) -> float:
        return assault.knock(door, door.with_value(name, filled(text, a_word()))).seconds

    def waits() -> bool:
        return seconds(payload) >= PAUSE and seconds(payload.replace("4)", "0)")) < PAUSE / 2

    if seconds(payload) >= PAUSE and waits() and waits():
        assault.tell(
            "pauses", f"{door.method} {door.path} {name}={payload!r}", ["SQL: it waited as it was told"]
        )
