"""Ctrl K: commands, places and whatever packs can find, only what the viewer may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yinuo.web.navigation import Text, holds, path_of, visible_items

MOST_QUERY = 80
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do. `url`: a path, a URL name or #id of a dialog. `words`: further words that find it."""

    key: str
    label: Text
    url: str
    icon: str = "bolt"
    verb: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of a finder; the finder has already checked that the viewer may see it."""

    label: str
    url: str
    note: str = ""
    icon: str = "file-text"


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds things by what was typed; `find(request, text)` sees only what the viewer may see."""

    key: str
    label: Text
    find: Callable[[HttpRequest, str], Iterable[Found]]
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    found: list[Found] = field(default_factory=list)


_commands: dict[str, Command] = {}
_finders: dict[str, Finder] = {}


def declare_command(command: Command) -> None:
    """Add a command; the same key again replaces it."""
    _commands[command.key] = command


def declare_finder(finder: Finder) -> None:
    """Add a finder; the same key again replaces it."""
    _finders[finder.key] = finder


def look_up(request: HttpRequest, text: str) -> list[Group]:
    """Groups with at least one hit for what was typed (at most 80 characters of it); nothing typed: all
    commands."""
    asked = " ".join(text[:MOST_QUERY].split())
    groups = [
        Group(_("Commands"), [_command(c) for c in _commands.values() if _offered(request, c, asked)]),
        Group(_("Go to"), _places(request, asked)),
    ]
    if asked:
        groups[:0] = [
            _search(request, finder, asked) for finder in _finders.values() if holds(request, finder.verb)
        ]
    return [group for group in groups if group.found]


def _search(request: HttpRequest, finder: Finder, asked: str) -> Group:
    return Group(str(finder.label), list(islice(finder.find(request, asked), MOST_FOUND)))


def _offered(request: HttpRequest, command: Command, asked: str) -> bool:
    return (
        _matches(asked, f"{command.label} {command.words}")
        and holds(request, command.verb)
        and bool(_target(command))
    )


def _target(command: Command) -> str:
    return command.url if command.url.startswith("#") else path_of(command.url)


def _command(command: Command) -> Found:
    return Found(str(command.label), _target(command), icon=command.icon)


def _places(request: HttpRequest, asked: str) -> list[Found]:
    items = [(item, path) for item, path in visible_items(request) if _matches(asked, str(item.label))]
    return [Found(str(item.label), path, icon=item.icon) for item, path in items]


def _matches(asked: str, text: str) -> bool:
    """Every word typed occurs; letters alike whatever their case."""
    return all(word in text.casefold() for word in asked.casefold().split())
