"""A small bank for tests of complaints: head office > complaint centre, two branches; people by role."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from yinuo.engines.cases.models import Case
from yinuo.engines.editions.tests.first import first_editions
from yinuo.facts.models import Fact
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import Content, open_letter
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.ground.vault.keys import open_key
from yinuo.packs.complaints import actions

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 9, 30, tzinfo=CHINA)  # an ordinary working week
SINCE = date(2026, 1, 1)
WORDS = "柜台多收了我两百元手续费，问了三次没有人解释。请退还并道歉。"
_numbers = count(1)


@dataclass
class Bank:
    """The units, and whoever was appointed so far by (role, unit code)."""

    head: Unit
    centre: Unit
    north: Unit
    south: Unit
    people: dict[tuple[str, str], User] = field(default_factory=dict)

    def person(self, role: str, unit: Unit | None = None) -> User:
        """Somebody who holds the role in the unit (the head office by default), made when first asked for."""
        unit = unit or self.head
        if (role, unit.code) not in self.people:
            person = a_stranger(role)
            appoint(person, role, unit, valid_from=SINCE)
            self.people[role, unit.code] = person
        return self.people[role, unit.code]

    @property
    def handler(self) -> User:
        """A handler of the complaint centre."""
        return self.person("handler", self.centre)


def a_bank() -> Bank:
    """First editions and the tree of units."""
    first_editions()
    head = _unit("HQ", "head_office", None)
    return Bank(
        head,
        _unit("CC", "complaint_centre", head),
        _unit("NORTH", "branch", head),
        _unit("SOUTH", "branch", head),
    )


def _unit(code: str, kind: str, parent: Unit | None) -> Unit:
    unit = Unit.objects.create(
        code=code,
        kind=kind,
        name_zh_hans=f"{code}机构",
        name_en=f"{code} unit",
        name_zh_hant=f"{code}機構",
        opened_on=SINCE,
    )
    place_unit(unit, parent, SINCE)
    return unit


def a_stranger(name: str = "stranger") -> User:
    """An account without any posting; nobody can sign in to it by password."""
    number = next(_numbers)
    return User.objects.create_user(
        f"{name}{number}", None, name=f"员工{number}", staff_number=f"T{number:05}"
    )


def a_colleague(code: str = "CC") -> User:
    """Somebody else who handles complaints of a unit."""
    colleague = a_stranger("handler")
    appoint(colleague, "handler", Unit.objects.get(code=code), valid_from=SINCE)
    return colleague


def an_arrival(**said) -> actions.Arrival:
    """A customer with a phone and an e-mail address."""
    number = next(_numbers)
    usual = {
        "words": WORDS,
        "name": f"王小敏{number}",
        "phone": f"1380000{number:04}",
        "email": f"customer{number}@example.com",
    }
    return actions.Arrival(**(usual | said))


def a_complaint(bank: Bank, *, at: datetime = MONDAY, unit: Unit | None = None, **said) -> Case:
    """A complaint just received by the complaint centre (or `unit`)."""
    received = actions.receive(
        an_arrival(**said), handling_unit=(unit or bank.centre).pk, by=None, at=at, origin="portal"
    )
    return Case.objects.get(pk=received.case_id)


def accepted(bank: Bank, *, at: datetime = MONDAY, **said) -> Case:
    """… accepted an hour later."""
    case = a_complaint(bank, at=at, **said)
    return actions.accept(case.pk, by=bank.handler, at=at + timedelta(hours=1))


def graded(bank: Bank, *, at: datetime = MONDAY, matters: int = 1, **said) -> Case:
    """… graded half an hour after that."""
    case = accepted(bank, at=at, **said)
    codes = [
        actions.Graded(f"事项{position}", "B-03.1", "C-09", bank.north.pk)
        for position in range(1, matters + 1)
    ]
    return actions.grade(
        case.pk, level="ordinary", matters=codes, by=bank.handler, at=at + timedelta(minutes=90)
    )


def established(bank: Bank, *, at: datetime = MONDAY, **said) -> Case:
    """… its facts established and its matters concluded, the next morning."""
    case = graded(bank, at=at, **said)
    later = at + timedelta(days=1)
    for matter in case.complaint.matters.all():
        actions.conclude(
            case.pk,
            position=matter.position,
            conclusion="upheld",
            finding="多收属实。",
            by=bank.handler,
            at=later,
        )
    return actions.finish_investigation(case.pk, by=bank.handler, at=later + timedelta(minutes=5))


def answered(bank: Bank, *, at: datetime = MONDAY, **said) -> Case:
    """… answered the day after."""
    case = established(bank, at=at, **said)
    return actions.answer(
        case.pk, words="我们已退还两百元，并向您道歉。", by=bank.handler, at=at + timedelta(days=2)
    )


def closed(bank: Bank, *, at: datetime = MONDAY, **said) -> Case:
    """… and filed an hour after that."""
    case = answered(bank, at=at, **said)
    return actions.finish(case.pk, by=bank.handler, at=at + timedelta(days=2, hours=1))


def kinds(case: Case) -> list[str]:
    """The kinds of a case's facts, in the order they were recorded."""
    return list(Fact.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))


def data(case: Case, kind: str) -> list[dict]:
    """The data of a case's facts of one kind, in the order they were recorded."""
    facts = Fact.objects.filter(case_id=case.pk, kind=kind).order_by("id")
    return [json.loads(fact.body)["data"] for fact in facts]


def read(letter: Letter) -> Content:
    """What a letter says, opened with its customer's key."""
    return open_letter(letter, open_key(letter.subject_key_id))
