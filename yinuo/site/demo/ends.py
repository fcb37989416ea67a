"""Ends other than a filed answer: a few complaints are withdrawn, not accepted, or opened again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from yinuo.site.demo.course import Course, Hours

# Of a hundred that would be closed, so many are not accepted, withdrawn, or opened again.
REFUSED, WITHDRAWN, REOPENED = 3, 5, 10
REFUSALS = ("not-ours", "no-standing", "decided-before", "before-court")
REOPENINGS = ("new-facts", "not-carried-out", "not-settled")
WORDS = {
    "refused": {
        "zh-hans": "经核对，这件事不在我们能办理的范围内。相关材料已退还给您，如有新的情况请再告诉我们。",
        "en": "We have checked it, and it is not ours to handle. Please tell us if there is anything new.",
        "zh-hant": "經核對，此事不在本行可處理之範圍內。相關資料已退還給您，如有新情況請再告訴我們。",
    },
    "withdrawn": {
        "zh-hans": "客户来电说问题已经解决，不再投诉。",
        "en": "The customer called: it is settled, they withdraw it.",
        "zh-hant": "客戶來電表示問題已解決，不再客訴。",
    },
    "reopened": {
        "zh-hans": "客户来电说事情没有办完。",
        "en": "The customer called: it is not finished.",
        "zh-hant": "客戶來電表示事情尚未辦完。",
    },
}


@dataclass(frozen=True, slots=True)
class Ends:
    """What else became of a complaint; None and "" where nothing did. `again_at`: answered and filed once more."""

    refused_at: datetime | None = None
    refusal: str = ""
    withdrawn_at: datetime | None = None
    by_customer: bool = False
    reopened_at: datetime | None = None
    reopening: str = ""
    again_at: datetime | None = None


def draw_ends(number: str, course: Course, now: datetime, hours: Hours) -> tuple[Course, Ends]:
    """The course as far as it then went, and the end; the same number gives the same."""
    rng = Random(f"ends {number}")  # noqa: S311 # nosec B311 # a demonstration, not a secret
    chance = rng.randrange(100)
    if not (course.graded_at and course.investigating_at and course.closed_at):
        return course, Ends()
    if chance < REFUSED:
        return Course(), Ends(refused_at=course.graded_at, refusal=rng.choice(REFUSALS))
    if chance < REFUSED + WITHDRAWN:
        cut = replace(
            course,
            state="investigating",
            waiting_from=None,
            waiting_until=None,
            answered_at=None,
            closed_at=None,
        )
        at = hours.after(course.investigating_at, rng.randrange(120, 360))
        return (cut, Ends(withdrawn_at=at, by_customer=rng.random() < 0.5)) if at <= now else (course, Ends())
    if chance < REFUSED + WITHDRAWN + REOPENED:
        at = hours.after(course.closed_at, rng.randrange(480, 2400))
        again = hours.after(at, rng.randrange(240, 1300))
        if at <= now:
            return course, Ends(
                reopened_at=at, reopening=rng.choice(REOPENINGS), again_at=again if again <= now else None
            )
    return course, Ends()


def end_words(ends: Ends, language: str) -> str:
    """What was said about the end, in the language of the complaint."""
    happened = {"refused": ends.refused_at, "withdrawn": ends.withdrawn_at, "reopened": ends.reopened_at}
    return next((WORDS[what][language] for what, at in happened.items() if at), "")
