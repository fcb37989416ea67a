"""The written content of the demonstration bank, from its TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Story:
    """One written complaint with places in braces; see complaints_debit.toml."""

    id: str
    business: str
    cause: str
    where: str
    request: str
    subject: str
    text: str
    also: tuple[str, ...] = ()
    level: str = "ordinary"
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank writes; an empty list of causes, requests or businesses stands for all of them."""

    outcome: str
    text: str
    causes: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    businesses: tuple[str, ...] = ()
    language: str = "zh-hans"

    def fits(self, story: Story) -> bool:
        """Whether it answers this story."""
        pairs = (
            (self.causes, story.cause),
            (self.requests, story.request),
            (self.businesses, story.business),
        )
        return self.language == story.language and all(not only or one in only for only, one in pairs)

    @property
    def exactness(self) -> int:
        """How much it says about what it is for."""
        return sum(map(bool, (self.causes, self.requests, self.businesses)))


@dataclass(frozen=True, slots=True)
class SecondMatter:
    """One more thing somebody complains of in passing."""

    business: str
    cause: str
    text: str


@dataclass(frozen=True)
class Phrases:
    """What stands around the stories."""

    lists: Mapping[str, Sequence[str]]
    endings: Mapping[str, Sequence[str]]
    seconds: tuple[SecondMatter, ...]
    answers: tuple[Answer, ...]


@cache
def stories() -> tuple[Story, ...]:
    """All written complaints, in the order of the files."""
    tables = [one for path in sorted(FOLDER.glob("complaints_*.toml")) for one in _read(path)["complaint"]]
    return tuple(Story(**_with_tuples(table)) for table in tables)


@cache
def phrases() -> Phrases:
    """Openings, endings, second matters, answers and the words for places."""
    table = _read(FOLDER / "phrases.toml")
    answers = tuple(Answer(**_with_tuples(one)) for one in table["answer"])
    seconds = tuple(SecondMatter(**one) for one in table["second"])
    lists = {name: value for name, value in table.items() if name not in {"answer", "second", "endings"}}
    return Phrases(lists, table["endings"], seconds, answers)


def answers_to(story: Story) -> list[Answer]:
    """The answers that fit a story best; never empty."""
    fitting = [answer for answer in phrases().answers if answer.fits(story)]
    most = max(answer.exactness for answer in fitting)
    return [answer for answer in fitting if answer.exactness == most]


@cache
def bank() -> dict[str, Any]:
    """Units, staff and names as written in staffing.toml."""
    return _read(FOLDER / "staffing.toml")


def _with_tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@cache
def calls() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """What customers say when they are called back, by outcome and language."""
    return tomllib.loads((FOLDER / "calls.toml").read_text(encoding="utf-8"))
