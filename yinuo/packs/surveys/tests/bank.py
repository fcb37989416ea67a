"""A desk with a closed case of some customer, and somebody who reads ratings."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.editions.tests.first import first_editions
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import Person, customer_rows
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 9, 30, tzinfo=CHINA)
SINCE = date(2026, 1, 1)
DAY = timedelta(days=1)
_numbers = count(1)


@dataclass
class Bank:
    head: Unit
    desk: Unit
    other: Unit
    reader: User


def a_bank() -> Bank:
    first_editions()
    head = _unit("HQ", None)
    return Bank(head, _unit("DESK", head), _unit("OTHER", head), a_reader(head))


def _unit(code: str, parent: Unit | None) -> Unit:
    unit = Unit.objects.create(code=code, kind="department", name_zh_hans=f"{code}机构", opened_on=SINCE)
    place_unit(unit, parent, SINCE)
    return unit


def a_reader(unit: Unit) -> User:
    number = next(_numbers)
    person = User.objects.create_user(
        f"reader{number}", None, name=f"员工{number}", staff_number=f"R{number:05}"
    )
    appoint(person, "quality_head", unit, valid_from=SINCE)
    return person


def a_case(bank: Bank, *, email: str = "someone@example.com") -> Case:
    """A closed case of whatever kind: only what every case has is asked of it."""
    number = next(_numbers)
    person = customer_rows(Person(f"李晓{number}", f"1370000{number:04}", email, "zh-hans"), [])
    write_rows(person.rows)
    return Case.objects.create(
        kind="elsewhere", number=f"X-20260914-{number:04}", customer_id=person.id, owning_unit=bank.desk,
        handling_unit=bank.desk, process=shelf.current("process", "complaints"),
        promises=shelf.current("promises", "complaints"), calendar=shelf.current("calendar", "china"),
        opened_at=MONDAY, closed_at=MONDAY, is_open=False,
    )  # fmt: skip
