"""A story told: its places filled, with an opening, one more sentence and an ending, or without."""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from yinuo.site.demo.content import SecondMatter, Story, phrases

WEEKDAYS = "一二三四五六日"
NEAR = {0: "今天", 1: "昨天", 2: "前天"}
# Signs in a story that some time has passed since its day.
LATER = (
    "{times}",
    "第二天",
    "后来",
    "半个月",
    "每个月",
    "过几天",
    "天天",
    "四十五天",
    "到今天",
    "夜里",
    "一周",
    "起不断",
)


@dataclass(frozen=True, slots=True)
class Told:
    """The finished text; `fee` is the sum of yuan it speaks of, if any; `branch` whether it names one."""

    text: str
    fee: int | None
    branch: bool


def names_branch(story: Story) -> bool:
    """Whether the story happens in a branch that its text names."""
    return "{branch}" in story.text + "".join(story.also)


def tell(story: Story, rng: Random, *, branch: str, on: date, second: SecondMatter | None) -> Told:
    """The complaint as one customer wrote it on a day, about a branch."""
    places = _places(rng, branch, on, story)
    parts = [story.text]
    if story.also and rng.random() < 0.7:
        parts.append(rng.choice(story.also))
    if story.language == "zh-hans":
        parts = _framed(parts, story, rng)
        if second:
            parts.append(second.text)
    gap = " " if story.language == "en" else ""
    used = {name for _, name, _, _ in string.Formatter().parse("".join(parts)) if name}
    fee = places["fee"] if "fee" in used else None
    return Told(gap.join(parts).format(**places), int(fee) if fee else None, "branch" in used)


def _framed(parts: list[str], story: Story, rng: Random) -> list[str]:
    if rng.random() < 0.4:
        parts = [rng.choice(phrases().lists["openings"]), *parts]
    if rng.random() < 0.75:
        parts = [*parts, rng.choice(phrases().endings[story.request])]
    return parts


def _places(rng: Random, branch: str, on: date, story: Story) -> dict[str, str]:
    lists = phrases().lists
    days = rng.randrange(5, 26)
    return {
        "branch": branch,
        "day": _day(on, _days_back(rng, story, days), story.language, exact=rng.random() < 0.4),
        "hour": rng.choice(lists["hours"]),
        "amount": str(rng.randrange(20, 800) * 100),
        "fee": str(rng.choice((rng.randrange(30, 200), rng.randrange(10, 90) * 20))),
        "small": str(rng.randrange(2, 31)),
        "card": f"尾号{rng.randrange(1000, 10000)}",
        "count": str(rng.randrange(3, 16)),
        "days": str(days),
        "minutes": str(rng.randrange(6, 25) * 5),
        "times": rng.choice(lists["times"]),
        "merchant": rng.choice(lists["merchants"]),
        "relative": rng.choice(lists["relatives"]),
        "clerk": rng.choice(lists["clerks"]),
        "surname": rng.choice("马万余施沙房"),
    }


def _days_back(rng: Random, story: Story, days: int) -> int:
    """How long ago it was: long enough for what the story says came after it."""
    words = story.text + "".join(story.also)
    if "{days}" in words:
        return days + rng.randrange(1, 5)
    if story.language != "zh-hans" or any(sign in words for sign in LATER):
        return rng.randrange(5, 21)
    return rng.choice((0, 1, 1, 2, 3, 4, 6))


def _day(on: date, back: int, language: str, *, exact: bool) -> str:
    """A day the way people name it; `exact` with its date even where "yesterday" would do."""
    day = on - timedelta(days=back)
    if language == "en":
        return f"{day.day} {day:%B}"
    if language == "zh-hans" and not exact and back in NEAR:
        return NEAR[back]
    if (
        language == "zh-hans"
        and not exact
        and (on - timedelta(days=7)).isocalendar()[:2] == day.isocalendar()[:2]
    ):
        return f"上周{WEEKDAYS[day.weekday()]}"
    return f"{day.month}月{day.day}日"
