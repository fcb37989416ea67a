"""A small bank for tests of reviews: head office > city > branch, an answered case of a kind of its own, a reviewer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction

from yinuo.engines.cases.models import Case, Note
from yinuo.engines.cases.moves import assign, happen, hold
from yinuo.engines.editions import shelf
from yinuo.engines.editions.tests.first import first_editions
from yinuo.facts.models import Fact
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import Person, customer_rows
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.packs.reviews import actions

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 9, 30, tzinfo=CHINA)
SINCE = date(2026, 1, 1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED = MONDAY + 3 * DAY
WORDS = "退的钱少了五十元，也没有说明原因。"
REASONS = "原答复没有计算九月份的手续费，应当重新计算。"
_numbers = count(1)


@dataclass
class Bank:
    """The branch that handles, the units above, and one person of each."""

    head: Unit
    city: Unit
    branch: Unit
    handler: User
    reviewer: User


def a_bank() -> Bank:
    first_editions()
    head = _unit("HQ", None)
    city = _unit("CITY", head)
    branch = _unit("BRANCH", city)
    return Bank(head, city, branch, a_person("handler", branch), a_person("reviewer", head))


def _unit(code: str, parent: Unit | None) -> Unit:
    names = {"name_zh_hans": f"{code}机构", "name_en": f"{code} unit", "name_zh_hant": f"{code}機構"}
    unit = Unit.objects.create(code=code, kind="department", opened_on=SINCE, **names)
    place_unit(unit, parent, SINCE)
    return unit


def a_person(role: str = "", unit: Unit | None = None) -> User:
    number = next(_numbers)
    person = User.objects.create_user(
        f"person{number}", None, name=f"员工{number}", staff_number=f"R{number:05}"
    )
    if unit is not None:
        appoint(person, role, unit, valid_from=SINCE)
    return person


def answered(
    bank: Bank, *, at: datetime = MONDAY, unit: Unit | None = None, email: str | None = None,
    language: str = "zh-hans",
) -> Case:  # fmt: skip
    """A case that the branch has answered. Whatever its kind, only what every case has is asked of it."""
    number = next(_numbers)
    email = f"c{number}@example.com" if email is None else email
    person = customer_rows(Person(f"王小敏{number}", f"1390000{number:04}", email, language), [])
    write_rows(person.rows)
    unit = unit or bank.branch
    case = Case.objects.create(
        kind="elsewhere", number=f"TS-20260901-{number:04}", customer_id=person.id, owning_unit=unit,
        handling_unit=unit, process=shelf.current("process", "reviews"), language=language,
        promises=shelf.current("promises", "reviews"), calendar=shelf.current("calendar", "china"),
        opened_at=at - 2 * DAY,
    )  # fmt: skip
    with transaction.atomic():
        held = hold(case.pk)
        assign(held, bank.handler, by=None, at=at - DAY)
        held.save()
    return answer(bank, case, at=at)


def answer(bank: Bank, case: Case, *, at: datetime) -> Case:
    """The handler answers, and it is closed."""
    with transaction.atomic():
        held = hold(case.pk)
        happen(held, "complaints.answered", by=bank.handler, at=at)
        held.is_open, held.closed_at = False, at
        held.save()
    Note.objects.create(
        case=case,
        author=bank.handler,
        for_customer=True,
        subject="answer",
        text="已退还二百元。",
        written_at=at,
    )
    return held


def did(case: Case, kind: str, person: User, *, at: datetime = MONDAY - HOUR, **data: object) -> None:
    """Somebody left one fact on a case."""
    with transaction.atomic():
        happen(hold(case.pk), kind, by=person, at=at, **data)


def a_review(bank: Bank, *, at: datetime = ASKED, **said) -> Case:
    """The review of a case just answered, asked for by the customer."""
    return actions.ask(answered(bank, **said).pk, words=WORDS, by=None, at=at)


def kinds(case: Case) -> list[str]:
    """The kinds of a case's facts, in the order they were recorded."""
    return list(Fact.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))
