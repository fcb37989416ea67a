"""What the demonstration bank changed at the root: one prevention verified by its measure, one waiting, one planned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.measures.periods import Period
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.people.tree import tree
from yinuo.packs.preventions import actions, figures
from yinuo.packs.preventions.models import Better, Prevention, Span, Verdict

MEASURE = "complaints.received"
LOOKS_BACK = 4  # months in which a figure that got better is looked for
# What colleagues wrote: the root of the cause, and what is changed.
WORDS = {
    "C-01": ("高峰时段窗口不足，排队超过半小时无人疏导。", "每日十点至十四点增开一个窗口，大堂经理每半小时巡查一次。"),
    "C-02": ("自助机具故障后只在机旁贴条，客户不知道钱在哪里。", "机具故障自动发短信告知客户，次日上午前完成冲正。"),
    "C-03": ("各网点对同一业务要求的材料不一致，客户多跑一趟。", "材料清单只从系统打印，网点不得自行增加。"),
    "C-05": ("产品页面把费用写在折叠的说明里。", "费用与利率写在第一屏，签约前再确认一次。"),
    "C-09": ("费率表在系统与宣传页上不一致，柜员按旧表收费。", "费率表只从系统取数，宣传页每月核对一次。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """Who opens, who owns, who verifies."""

    lead: User
    owner: User
    judge: User

    @classmethod
    def today(cls) -> People:
        """The first of each role."""
        return cls(*(_first(role) for role in ("lead", "handler", "quality_head")))


def _first(role: str) -> User:
    held = Posting.objects.filter(Posting.on(timezone.localdate()), role=role, deputy_for=None)
    return held.select_related("user").order_by("user__staff_number")[0].user


def prevent() -> None:
    """Three preventions of the commonest causes; where there is one already, nothing."""
    if Case.objects.filter(kind="preventions").exists():
        return
    now = timezone.localtime()
    units = tree(now.date())
    unit, people = units.units[units.roots()[0]], People.today()
    coded = Case.objects.filter(kind="complaints").values_list("complaint__cause", "complaint__business")
    pairs = Counter(pair for pair in coded if pair[0] in WORDS)
    causes = [cause for cause, _n in Counter(cause for cause, _b in pairs.elements()).most_common()]
    if len(causes) < 3:
        return
    business = {cause: business for (cause, business), _n in reversed(pairs.most_common())}
    shown, measured = _that_shows(causes, unit, now.date())
    others = [cause for cause in causes if cause != shown]
    aims = [_aim(cause, business[cause], unit) for cause in (shown, *others[:2])]
    _verified(aims[0], measured, people, now)
    _waits(aims[1], people, now - timedelta(days=20))
    _planned(aims[2], people, now - timedelta(days=6))


def _aim(cause: str, business: str, unit: Unit) -> actions.Aim:
    return actions.Aim(business, cause, WORDS[cause][0], unit, MEASURE)


def _that_shows(causes: list[str], unit: Unit, today: date) -> tuple[str, Period]:
    """A cause whose figure got better within two months, and the later one; else the commonest of the last month."""
    last = figures.period_before(Span.MONTH, today)
    measured = last
    for _turn in range(LOOKS_BACK):
        for cause in causes:
            first = measured.previous().previous()
            before = Prevention(**figures.taken(MEASURE, first, unit, cause, today))
            after = figures.taken(MEASURE, measured, unit, cause, today)
            if figures.verdict(before, after, Better.LOWER) == Verdict.BETTER:
                return cause, measured
        measured = measured.previous()
    return causes[0], last


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 0)))


def _verified(aim: actions.Aim, measured: Period, people: People, now: datetime) -> None:
    """Opened and carried out in the month before the one that was measured."""
    month = measured.previous().first
    case = actions.open_prevention(aim, owner=people.owner, by=people.lead, at=_morning(month + 2 * _DAY))
    _plan(case, aim, people, month + 5 * _DAY, month + 15 * _DAY)
    done = month + 12 * _DAY
    actions.carry_out(case.pk, done_on=done, by=people.owner, at=_morning(done))
    actions.verify(case.pk, by=people.judge, at=min(now, _morning(measured.last + 3 * _DAY)))


def _waits(aim: actions.Aim, people: People, at: datetime) -> None:
    """Carried out, and the whole month after that is not over yet."""
    case = actions.open_prevention(aim, owner=people.owner, by=people.lead, at=at)
    _plan(case, aim, people, at.date() + 2 * _DAY, at.date() + 15 * _DAY)
    done = at.date() + 14 * _DAY
    actions.carry_out(case.pk, done_on=done, by=people.owner, at=_morning(done))


def _planned(aim: actions.Aim, people: People, at: datetime) -> None:
    """Opened from the latest complaint about the cause."""
    found = Case.objects.filter(kind="complaints", complaint__cause=aim.cause, opened_at__lt=at)
    about = found.order_by("-opened_at").first()
    case = actions.open_prevention(
        aim, owner=people.owner, by=people.lead, about=about.pk if about else None, at=at
    )
    _plan(case, aim, people, at.date() + 2 * _DAY, at.date() + 26 * _DAY)


def _plan(case: Case, aim: actions.Aim, people: People, on: date, due: date) -> None:
    actions.plan(case.pk, change=WORDS[aim.cause][1], due_on=due, by=people.owner, at=_morning(on))


_DAY = timedelta(days=1)
