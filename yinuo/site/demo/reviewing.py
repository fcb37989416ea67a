"""Who in the demonstration bank asked for a review of the answer, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

ASKS = 0.08  # of all who were answered
CHANGED = 0.35  # of what is decided
ASKED_AFTER, DECIDED_AFTER, AGAIN_AFTER = (1, 9), (4, 18), (1, 2)  # days, then the next working day
WORDS = {
    "zh-hans": (
        "答复里没有提到我说的第二件事。",
        "退还的金额和我算的不一样，没有给我明细。",
        "只说按规定办理，没有说是哪一条规定。",
    ),
    "en": (
        "The answer does not mention the second thing I complained of.",
        "The amount refunded is not what I worked out, and I was given no details.",
        "It only says that this is the rule, and not which one.",
    ),
    "zh-hant": (
        "答覆裡沒有提到我說的第二件事。",
        "退還的金額與我計算的不同，也沒有給我明細。",
        "只說依規定辦理，沒有說是哪一條規定。",
    ),
}
REASONS = {
    "upheld": {
        "zh-hans": "我们调阅了全部材料，原答复的事实清楚、计算无误，依据已在附件中列明。",
        "en": "We read everything once more: the facts are clear, the sums are right, and the rules are named in the annex.",
        "zh-hant": "我們調閱了全部資料，原答覆的事實清楚、計算無誤，依據已於附件中列明。",
    },
    "changed": {
        "zh-hans": "原答复遗漏了您提出的一项，计算也不完整，应当补充调查后重新答复。",
        "en": "The answer left out one thing you complained of, and its sums are not complete: it has to be looked into again.",
        "zh-hant": "原答覆遺漏了您提出的一項，計算也不完整，應補充調查後重新答覆。",
    },
}
ANSWER = {
    "zh-hans": "经重新调查，遗漏的一项已经查清并一并处理，明细附后。给您添了麻烦，我们向您道歉。",
    "en": "We looked into it again; what was left out is settled now, details attached. We apologise for the trouble.",
    "zh-hant": "經重新調查，遺漏的一項已查明並一併處理，明細附後。造成您的不便，我們向您致歉。",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One review; what has not happened by now is None or empty. `again_at`: answered and filed once more."""

    asked_at: datetime
    words: str
    decided_at: datetime | None = None
    outcome: str = ""
    reasons: str = ""
    again_at: datetime | None = None
    answer: str = ""


def draw_review(
    rng: Random, answered_at: datetime, now: datetime, language: str, is_working: Callable[[date], bool]
) -> Drawn | None:
    """The review of an answer as far as it went up to `now`; None where nobody asked for one."""
    if rng.random() >= ASKS:
        return None
    outcome, words = "changed" if rng.random() < CHANGED else "upheld", rng.choice(WORDS[language])
    asked, decided, again = _times(rng, answered_at, is_working)
    if asked > now:
        return None
    if decided > now:
        return Drawn(asked, words)
    reasons = REASONS[outcome][language]
    if outcome == "upheld" or again > now:
        return Drawn(asked, words, decided, outcome, reasons)
    return Drawn(asked, words, decided, outcome, reasons, again, ANSWER[language])


def _times(rng: Random, at: datetime, is_working: Callable[[date], bool]) -> list[datetime]:
    """When it was asked for, decided, and answered once more."""
    times = []
    for least, most in (ASKED_AFTER, DECIDED_AFTER, AGAIN_AFTER):
        day = at.date() + timedelta(days=rng.randint(least, most))
        while not is_working(day):
            day += timedelta(days=1)
        at = datetime.combine(day, time(rng.randrange(9, 17), rng.randrange(60)), at.tzinfo)
        times.append(at)
    return times
