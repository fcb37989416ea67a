"""A small bank for tests of call-backs: two units, a closed case of a kind of its own, a caller."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from yinuo.engines.cases.models import Case
from yinuo.engines.editions.tests.first import first_editions
from yinuo.facts.models import Fact
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import Person, customer_rows
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.models import Grade

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 9, 30, tzinfo=CHINA)
SINCE = date(2026, 1, 1)
DAY = timedelta(days=1)
_numbers = count(1)


@dataclass
class Bank:
    """The desk that handles, the unit that calls, and one person of each."""

    head: Unit
    desk: Unit
    calls: Unit
    handler: User
    caller: User


def a_bank() -> Bank:
    first_editions()
    head = _unit("HQ", None)
    desk, calls = _unit("DESK", head), _unit("CALLS", head)
    handler, caller = a_person(), a_person()
    appoint(handler, "handler", desk, valid_from=SINCE)
    appoint(caller, "callback_agent", calls, valid_from=SINCE)
    return Bank(head, desk, calls, handler, caller)


def _unit(code: str, parent: Unit | None) -> Unit:
    unit = Unit.objects.create(code=code, kind="department", name_zh_hans=f"{code}机构", opened_on=SINCE)
    place_unit(unit, parent, SINCE)
    return unit


def a_person() -> User:
    number = next(_numbers)
    return User.objects.create_user(
        f"caller{number}", None, name=f"员工{number}", staff_number=f"C{number:05}"
    )


def a_closed_case(bank: Bank, *, at: datetime = MONDAY) -> Case:
    """A case that the desk has closed. Whatever its kind, only what every case has is asked of it."""
    from yinuo.engines.editions import shelf

    number = next(_numbers)
    person = customer_rows(
        Person(f"王小敏{number}", f"1390000{number:04}", f"c{number}@example.com", "zh-hans"), []
    )
    write_rows(person.rows)
    return Case.objects.create(
        kind="elsewhere", number=f"TS-20260901-{number:04}", customer_id=person.id, owning_unit=bank.desk,
        handling_unit=bank.desk, handler=bank.handler, process=shelf.current("process", "callbacks"),
        promises=shelf.current("promises", "callbacks"), calendar=shelf.current("calendar", "china"),
        opened_at=at - 2 * DAY, closed_at=at, is_open=False,
    )  # fmt: skip


def a_call_back(bank: Bank, *, at: datetime = MONDAY, grade: Grade = Grade.ORDINARY) -> Case:
    """The call-back of a case closed `at`."""
    return actions.open_call_back(a_closed_case(bank, at=at), title="柜台多收手续费", grade=grade, at=at)


def kinds(case: Case) -> list[str]:
    """The kinds of a case's facts, in the order they were recorded."""
    return list(Fact.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))
