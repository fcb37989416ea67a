"""Units, people and who takes which complaint."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from yinuo.site.demo import content
from yinuo.site.demo.content import Story
from yinuo.site.demo.records import Person, Posting, Unit

PROTECTION, QUALITY, CARDS, REMOTE, TECHNOLOGY = "0101", "0102", "0103", "0104", "0105"
FOUNDED = date(2009, 6, 18)
POSTED = date(2024, 1, 2)

# channel -> (how many in a hundred, where its complaints come from)
CHANNELS = {
    "phone": (34, "call-centre"),
    "app": (24, "other"),
    "web": (15, "other"),
    "counter": (14, "on-site"),
    "wechat": (6, "other"),
    "email": (2, "other"),
    "letter": (2, "other"),
    "referral": (3, ""),
}
REFERRED_BY = ("regulator", "central-bank", "petition-office")


def units() -> tuple[Unit, ...]:
    """The unit tree, parents first."""
    return tuple(_unit(row["code"], row.get("parent", ""), row) for row in content.bank()["unit"])


def _unit(code: str, parent: str, row: dict[str, Any]) -> Unit:
    name = row["name"]
    return Unit(code, parent, row["kind"], name["zh-hans"], name["en"], name["zh-hant"], FOUNDED)


def people_and_postings(today: date) -> tuple[tuple[Person, ...], tuple[Posting, ...]]:
    """Thirty people with a post each, some with oversight besides, and one deputy this fortnight."""
    staff = content.bank()["staff"]
    rows = staff["people"]
    people = tuple(
        Person(number, user, zh_hans, en, zh_hant, "en" if role == "auditor" else "zh-hans")
        for number, user, _, role, zh_hans, en, zh_hant in rows
    )
    postings = [Posting(number, role, unit, POSTED) for number, _, unit, role, *_ in rows]
    postings += [Posting(number, role, unit, POSTED) for number, role, unit in staff["also"]]
    week = timedelta(days=7)
    postings.append(Posting("W0102", "lead", PROTECTION, today - week, today + week, "W0101"))
    return people, tuple(postings)


class Staffing:
    """Draws who took a complaint in and who handles it, from the postings."""

    def __init__(self, rng: Random, postings: tuple[Posting, ...]) -> None:
        self._rng = rng
        self._by_place: dict[tuple[str, str], list[str]] = {}
        for posting in postings:
            if not posting.deputy_for:
                self._by_place.setdefault((posting.unit, posting.role), []).append(posting.staff_number)

    def channel(self) -> tuple[str, str]:
        """How a complaint came in, and from which source."""
        channel = self._rng.choices(list(CHANNELS), [share for share, _ in CHANNELS.values()])[0]
        return channel, CHANNELS[channel][1] or self._rng.choice(REFERRED_BY)

    def complained_unit(self, story: Story, branch: str, named: bool) -> str:
        """The unit a story is about: the branch it names, else the department behind the business."""
        if named:
            return branch
        if story.business in {"B-03.2", "B-13"}:
            return CARDS
        if story.where == "A-F-03-2":
            return REMOTE
        return TECHNOLOGY if story.cause == "C-02" else branch

    def clerk(self, story: Story, complained: str, officer: str) -> str:
        """The colleague a story complains of: who serves at the counter of that branch, but took nothing in."""
        if "{clerk}" not in story.text:
            return ""
        serving = [person for person in self._by_place.get((complained, "officer"), ()) if person != officer]
        return serving[0] if serving else ""

    def handling_unit(self, complained: str, level: str, channel: str) -> str:
        """Consumer protection takes what is not ordinary and what has no handler of its own."""
        if level != "ordinary" or channel == "referral" or (complained, "handler") not in self._by_place:
            return PROTECTION
        return complained

    def owning_unit(self, channel: str, branch: str) -> str:
        """The unit that took it in."""
        if channel == "counter":
            return branch
        return PROTECTION if channel in {"letter", "email", "referral"} else REMOTE

    def officer(self, channel: str, owning: str) -> str:
        """Who took it in, "" where customers write it down themselves."""
        if channel in {"web", "app", "wechat"}:
            return ""
        return self._rng.choice(self._by_place.get((owning, "officer")) or self._by_place[owning, "handler"])

    def approver(self) -> str:
        """Who decides on redress above the handler's own limit."""
        return self._by_place[QUALITY, "quality_head"][0]

    def handler(self, handling: str) -> str:
        """A handler of the unit."""
        return self._rng.choice(self._by_place[handling, "handler"])
