"""A small bank for tests of preventions: head office > branch, an owner, somebody who verifies, a measure of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.editions.tests.first import first_editions
from yinuo.engines.measures.measure import Measure, Sample
from yinuo.facts.models import Fact
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.packs.preventions import actions

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 6, 1, 9, 30, tzinfo=CHINA)  # the last whole month is May
SINCE = date(2026, 1, 1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DONE = date(2026, 6, 10)
DUE = date(2026, 6, 30)  # a Tuesday
AFTER = datetime(2026, 8, 3, 10, 0, tzinfo=CHINA)  # July is over
MEASURE = "preventions.of_the_tests"
ROOT = "费率表在系统与宣传页上不一致，柜员按旧表收费。"
CHANGE = "费率表只从系统取数，宣传页每月核对一次。"
_numbers = count(1)


@dataclass
class Bank:
    """Head office and branch, the owner of preventions there, and whoever verifies and decides."""

    head: Unit
    branch: Unit
    lead: User
    owner: User
    judge: User
    compliance: User


def a_bank() -> Bank:
    first_editions()
    head = _unit("HQ", None)
    branch = _unit("BRANCH", head)
    return Bank(
        head, branch, a_person("lead", branch), a_person("handler", branch), a_person("quality_head", head),
        a_person("compliance", head),
    )  # fmt: skip


def _unit(code: str, parent: Unit | None) -> Unit:
    names = {"name_zh_hans": f"{code}机构", "name_en": f"{code} unit", "name_zh_hant": f"{code}機構"}
    unit = Unit.objects.create(code=code, kind="department", opened_on=SINCE, **names)
    place_unit(unit, parent, SINCE)
    return unit


def a_person(role: str = "", unit: Unit | None = None) -> User:
    number = next(_numbers)
    person = User.objects.create_user(
        f"person{number}", None, name=f"员工{number}", staff_number=f"P{number:05}"
    )
    if unit is not None:
        appoint(person, role, unit, valid_from=SINCE)
    return person


def a_measure(found: dict[str, Sample]) -> Measure:
    """Counts what the test says of a period; slices and units are remembered."""

    def sample(window):
        found["asked"] = window
        return found.get(window.period.key, number(0))

    return Measure(
        MEASURE, "Complaints of the tests", "", "count", "preventions.view", "preventions.closed", sample,
        lambda window: Case.objects.none(), "/complaints", {"cause": lambda window: {}},
    )  # fmt: skip


def number(n: int) -> Sample:
    """A plain number, with the interval of a count."""
    return Sample(n, exposure=Decimal(1))


def an_aim(bank: Bank, **said) -> actions.Aim:
    usual = {
        "business": "B-03.1", "cause": "C-09", "root": ROOT, "unit": bank.branch, "measure": MEASURE,
    }  # fmt: skip
    return actions.Aim(**(usual | said))


def opened(bank: Bank, *, at: datetime = MONDAY, owner: User | None = None, about=None, **said) -> Case:
    return actions.open_prevention(
        an_aim(bank, **said), owner=owner or bank.owner, by=bank.lead, about=about, at=at
    )


def planned(bank: Bank, *, at: datetime = MONDAY + DAY, due_on: date = DUE, **said) -> Case:
    case = opened(bank, **said)
    return actions.plan(case.pk, change=CHANGE, due_on=due_on, by=case.handler, at=at)


def carried_out(bank: Bank, *, done_on: date = DONE, **said) -> Case:
    case = planned(bank, **said)
    at = datetime.combine(done_on, MONDAY.timetz()) + HOUR
    return actions.carry_out(case.pk, done_on=done_on, by=case.handler, at=at)


def verified(bank: Bank, *, at: datetime = AFTER, **said) -> Case:
    return actions.verify(carried_out(bank, **said).pk, by=bank.judge, at=at)


def a_case_elsewhere(bank: Bank) -> Case:
    """A case of another kind, handled in the branch."""
    return Case.objects.create(
        kind="elsewhere", number=f"TS-20260901-{next(_numbers):04}", owning_unit=bank.branch,
        handling_unit=bank.branch, process=shelf.current("process", "preventions"), language="zh-hans",
        promises=shelf.current("promises", "preventions"), calendar=shelf.current("calendar", "china"),
        opened_at=MONDAY - DAY,
    )  # fmt: skip


def kinds(case: Case) -> list[str]:
    """The kinds of a case's facts, in the order they were recorded."""
    return list(Fact.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))
