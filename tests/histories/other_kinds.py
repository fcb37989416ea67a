"""Lives of call-backs, reviews and preventions, as those of a complaint: how each begins, and every verb of it."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from tests.histories.deeds import NotNow, acknowledge, need_waiting, sometimes
from tests.histories.lives import DAY, FIRST_DAY, MINUTE, Life, People, Way
from yinuo.engines.cases.models import Case
from yinuo.engines.measures.measure import Sample
from yinuo.ground.people.models import User
from yinuo.ground.people.postings import appoint
from yinuo.packs.callbacks import actions as calling
from yinuo.packs.callbacks.tests import bank as of_calls
from yinuo.packs.preventions import actions as preventing
from yinuo.packs.preventions.figures import period_after
from yinuo.packs.preventions.pack import ANOTHER_DAY
from yinuo.packs.preventions.tests import bank as of_preventions
from yinuo.packs.reviews import actions as reviewing
from yinuo.packs.reviews.tests import bank as of_reviews

DAYS = 300  # on which a life begins; preventions take quarters, and the ruler ends with 2027
Begun = Callable[[Any, People, random.Random, datetime], Case]


@dataclass
class Bank(People):
    """The bank of a pack's own tests, and whoever does anything there."""

    own: Any = None


def _people(own: Any, staff: list[User]) -> Bank:
    units = sorted({unit for unit in vars(own).values() if hasattr(unit, "opened_on")}, key=lambda u: u.code)
    return Bank(units[0], units[-1], staff, {}, units, own)


def _born(begin: Begun, aliases: dict[str, str]) -> Callable[[int, People], Life]:
    def born(number: int, people: People) -> Life:
        chance = random.Random(number)
        at = FIRST_DAY + DAY * chance.randrange(DAYS) + MINUTE * chance.randrange(1440)
        case = begin(people.own, people, chance, at)
        life = Life(number, people, chance, at, case, 0, trail=[f"{at:%F %R} opened"], aliases=aliases)
        life.see()
        return life

    return born


# ---- call-backs ----


def callers() -> Bank:
    """Who handled it, who calls, somebody else who may call, and who heads them and is told."""
    own = of_calls.a_bank()
    appoint(of_calls.a_person(), "lead", own.calls, valid_from=FIRST_DAY.date())
    second = of_calls.a_person()
    for person, role, unit in (
        (second, "callback_agent", own.calls),
        (own.caller, "callback_agent", own.calls),
    ):
        appoint(person, role, unit, valid_from=FIRST_DAY.date(), valid_to=of_calls.SINCE)
    return _people(own, [own.caller, second, own.handler])


def _closed(own: Any, people: People, chance: random.Random, at: datetime) -> Case:
    closed = of_calls.a_closed_case(own, at=at)
    grade = chance.choice(("ordinary", "complex"))
    return calling.open_call_back(closed, title="柜台多收手续费", grade=of_calls.Grade(grade), at=at)


def _try(life: Life) -> Case:
    result = life.chance.choice(("no_answer", "busy"))
    return calling.try_once(life.case.pk, result=result, by=life.somebody, at=life.at)


def _reach(life: Life) -> Case:
    outcome = life.chance.choice(("satisfied", "not_satisfied", "refused", "sideways"))
    words = life.chance.choice(("还行", ""))
    timely = life.chance.choice((True, False, None))
    return calling.conclude(
        life.case.pk, outcome=outcome, words=words, timely=timely, by=life.somebody, at=life.at
    )


def _reached(life: Life) -> Case:
    return calling.conclude(life.case.pk, outcome="satisfied", by=life.people.staff[0], at=life.at)


def _give_up(life: Life) -> Case:
    return calling.give_up(life.case.pk, by=life.somebody, at=life.at)


def _look(life: Life) -> Case:
    calling.show_contact(life.case.pk, by=life.somebody, at=life.at)
    return life.case


_CALLS = {
    "try": _try, "reach": _reach, "reached": _reached, "give up": _give_up, "look": _look,
    "give up?": sometimes(_give_up, 0.5), "reach?": sometimes(_reach, 0.2), "acknowledge": acknowledge,
    "acknowledge?": sometimes(acknowledge, 0.5),
}  # fmt: skip
CALLED = {"give up?": "give up", "reach?": "reach", "reached": "reach", "acknowledge?": "acknowledge"}
CALL_BACKS = Way(
    _born(_closed, CALLED), _CALLS, {"call": ("give up", "reached")},
    {"call": ("acknowledge?", "give up?", "reach?", "try"), "closed": ("acknowledge",)},
)  # fmt: skip


# ---- reviews ----


def reviewers() -> Bank:
    """Who answered, and everybody else of the pack's own bank."""
    own = of_reviews.a_bank()
    staff = [person for person in vars(own).values() if isinstance(person, User) and person != own.handler]
    return _people(own, [*staff, own.handler])


def _asked(own: Any, people: People, chance: random.Random, at: datetime) -> Case:
    answered = of_reviews.answered(own, at=at - DAY * chance.randrange(1, 25))
    return reviewing.ask(answered.pk, words="没有解释。", by=None, at=at, letters=False)


def _take(life: Life) -> Case:
    return reviewing.take(life.case.pk, by=life.somebody, at=life.at)


def _judge(life: Life) -> Case:
    outcome = life.chance.choice(("upheld", "changed", "sideways"))
    reasons = life.chance.choice(("已逐笔核对。", ""))
    return reviewing.decide(
        life.case.pk, outcome=outcome, reasons=reasons, by=life.somebody, at=life.at, letters=False
    )


def _judged(life: Life) -> Case:
    """By the first who may, as one after the other would try."""
    by = life.people.staff[life.chance.randrange(len(life.people.staff))]
    return reviewing.decide(
        life.case.pk, outcome="upheld", reasons="已逐笔核对。", by=by, at=life.at, letters=False
    )


_REVIEWS = {
    "take": _take, "take?": sometimes(_take, 0.5), "judge": _judge, "judge?": sometimes(_judge, 0.3),
    "judged": _judged, "acknowledge": acknowledge, "acknowledge?": sometimes(acknowledge, 0.3),
}  # fmt: skip
REVIEWED = {"take?": "take", "judge?": "judge", "judged": "judge", "acknowledge?": "acknowledge"}
REVIEWS = Way(
    _born(_asked, REVIEWED), _REVIEWS, {"decide": ("judged",)},
    {"decide": ("acknowledge?", "take?", "judge?"), "closed": ("acknowledge",)},
)  # fmt: skip


# ---- preventions ----


def preventers() -> Bank:
    """An owner and another colleague who could be, whoever opened it, and two who verify."""
    own = of_preventions.a_bank()
    other = of_preventions.a_person("handler", own.head)
    staff = [own.owner, other, own.lead, own.judge, own.compliance]
    roles = ("handler", "handler", "lead", "quality_head", "compliance")
    units = (own.branch, own.head, own.branch, own.head, own.head)
    for person, role, unit in zip(staff, roles, units, strict=True):
        appoint(person, role, unit, valid_from=FIRST_DAY.date(), valid_to=of_preventions.SINCE)
    return _people(own, staff)


def figures(period: str) -> Sample:
    """What the measure of these lives counts: few, some or many, by the name of the period alone."""
    return of_preventions.number((3, 60, 80, 200)[zlib.crc32(period.encode()) % 4])


class Figures(dict[str, Sample]):
    """The same, as the tests of preventions hand them to their measure."""

    def get(self, key: str, default: Any = None) -> Any:
        """Every period has one."""
        return figures(key)


def _against(own: Any, people: People, chance: random.Random, at: datetime) -> Case:
    span = "quarter" if chance.random() < 0.2 else "month"
    return of_preventions.opened(own, at=at, span=span, owner=chance.choice(people.staff[:2]))


def _day(life: Life, least: int, most: int) -> Any:
    return timezone.localdate(life.at) + DAY * life.chance.randint(least, most)


def _plan(life: Life) -> Case:
    due = _day(life, -2, 40)
    return preventing.plan(life.case.pk, change="每月核对。", due_on=due, by=life.somebody, at=life.at)


def _ask_day(life: Life) -> Case:
    due = _day(life, -2, 60)
    return preventing.ask_day(life.case.pk, due_on=due, words="上线推迟。", by=life.somebody, at=life.at)


def _decide_day(life: Life) -> Case:
    need_waiting(life, ANOTHER_DAY)
    granted, by = life.chance.random() < 0.7, life.free if life.chance.random() < 0.7 else life.somebody
    return preventing.decide_day(life.case.pk, granted=granted, said="不必", by=by, at=life.at)


def _carry_out(life: Life) -> Case:
    return preventing.carry_out(life.case.pk, done_on=_day(life, -3, 1), by=life.somebody, at=life.at)


def _carried_out(life: Life) -> Case:
    return preventing.carry_out(life.case.pk, done_on=_day(life, 0, 0), by=life.somebody, at=life.at)


def _verify(life: Life) -> Case:
    return preventing.verify(life.case.pk, by=life.somebody, at=life.at)


def _verified(life: Life) -> Case:
    """Once the period is over, by somebody whose own it is not."""
    if life.case.step != "verify":
        raise NotNow
    done = life.case.prevention.plans.order_by("number").last().done_on
    over = period_after(life.case.prevention.span, done).last
    life.at = max(life.at, life.at + DAY * ((over - timezone.localdate(life.at)).days + 1))
    return preventing.verify(life.case.pk, by=_other(life), at=life.at)


def _other(life: Life) -> User:
    own = preventing.its_own(life.case, timezone.localdate(life.at))
    return next(person for person in reversed(life.people.staff) if person.pk not in own)


def _again(life: Life) -> Case:
    return preventing.send_back(life.case.pk, by=life.somebody, at=life.at)


def _give_in(life: Life) -> Case:
    words = life.chance.choice(("业务停办。", " "))
    return preventing.end(life.case.pk, words=words, by=life.somebody, at=life.at)


def _given_in(life: Life) -> Case:
    return preventing.end(life.case.pk, words="业务停办。", by=_other(life), at=life.at)


def _hand_over(life: Life) -> Case:
    """Between the first two, so that somebody is left to verify."""
    owner = life.chance.choice(life.people.staff[:2])
    return preventing.hand_over(life.case.pk, owner=owner, words="调岗。", by=life.somebody, at=life.at)


_PREVENTIONS = {
    "plan": _plan, "ask day": _ask_day, "ask day?": sometimes(_ask_day, 0.5), "decide day": _decide_day,
    "carry out": sometimes(_carry_out, 0.5), "carried out": _carried_out, "verify": _verify,
    "verified": _verified, "send back": _again, "end": _give_in, "given in": _given_in,
    "hand over": sometimes(_hand_over, 0.5), "acknowledge": acknowledge,
    "acknowledge?": sometimes(acknowledge, 0.5),
}  # fmt: skip
PREVENTED = {
    "ask day?": "ask day", "carried out": "carry out", "verified": "verify", "given in": "end",
    "acknowledge?": "acknowledge",
}  # fmt: skip
PREVENTIONS = Way(
    _born(_against, PREVENTED), _PREVENTIONS,
    {"plan": ("plan",), "carry_out": ("carried out",), "verify": ("verified",), "weigh": ("given in",)},
    {
        "plan": ("plan",), "carry_out": ("acknowledge?", "ask day?", "decide day", "carry out"), "verify": ("verified",),
        "weigh": ("send back",), "closed": ("acknowledge",),
    },
)  # fmt: skip
