"""A random life of one complaint: any verb at any time, by anybody. What is due happens, the rest is refused whole.

A life is given by its number alone: the same number always leads to the same life.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from tests.histories.deeds import ALIASES, VERBS, NotNow
from yinuo.engines.cases import ladder
from yinuo.engines.cases.changeovers import Changeover
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import CaseRefused, hold, settle, traits_of
from yinuo.engines.cases.recusal import aside
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.proving import STAYS
from yinuo.facts.models import Fact
from yinuo.facts.questions import Place, Question, one
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import SINCE, a_bank

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = datetime(2024, 1, 8, tzinfo=ZONE)
DAYS = 900  # on which a life begins; it ends before the calendar's last confirmed year does
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_STEPS = 40  # of going on to an end; what needs more is a dead end
FORWARD = 0.7  # how often somebody does what is due, not just anything


class DeadEnd(Exception):
    """A life that could not be brought to an end; says how it went."""


@dataclass
class People:
    """A bank: one unit complained of, one that handles, and who works there."""

    centre: Unit
    branch: Unit
    staff: list[User]  # handlers, a lead, a head of quality: whoever may do anything at all
    changeovers: dict[UUID, Changeover]  # by the edition of the process they lead away from
    units: list[Unit]  # to which it can be handed over, or not: nobody works in the last one


def some_people() -> People:
    """A bank in an empty database."""
    bank = a_bank()
    roles = ("handler", "lead", "quality_head", "branch_head", "officer")
    staff = [bank.person(role, bank.centre) for role in roles]
    for person, unit in ((staff[0], bank.centre), (bank.person("handler", bank.north), bank.north)):
        appoint(person, "handler", unit, valid_from=FIRST_DAY.date(), valid_to=SINCE)
    return People(bank.centre, bank.north, staff, _changeovers(staff), [bank.centre, bank.north, bank.south])


def _changeovers(staff: list[User]) -> dict[UUID, Changeover]:
    """To a second edition, in which the answer follows the customer's reply and gateways have other ids, and back;
    nobody who waits for the customer goes there."""
    first = Edition.objects.get(kind="process", key="complaints")
    content = first.content.replace(
        'sourceRef="ask" targetRef="investigate"', 'sourceRef="ask" targetRef="answer"'
    )
    draft = editions.draft("process", "complaints", content.replace('"enough"', '"ready"'), by=staff[0])
    second = editions.approve(draft, by=staff[1])
    shelf.forget()
    same = {node.key: node.key for node in shelf.parsed(second).steps}
    return {
        old.pk: Changeover.objects.create(
            old=old, new=new, places=places, note="", state=Changeover.State.APPROVED,
            proposed_by=staff[0], proposed_at=FIRST_DAY, decided_by=staff[1], decided_at=FIRST_DAY,
        )
        for old, new, places in ((first, second, {**same, "ask": STAYS}), (second, first, same))
    }  # fmt: skip


@dataclass
class Life:
    """One complaint on its way."""

    number: int
    people: People
    chance: random.Random
    at: datetime
    case: Case
    facts: int
    earlier: Case | None = None  # another complaint of the same customer, into which this one can be merged
    parts: list[Case] = field(default_factory=list)  # what was split off
    trail: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    aliases: dict[str, str] = field(default_factory=lambda: ALIASES)

    @property
    def somebody(self) -> User:
        return self.chance.choice(self.people.staff)

    @property
    def free(self) -> User:
        """The first who does not stand aside, does not handle it and did not ask: somebody to decide."""
        asked = self.case.approvals.filter(decided_at=None).values_list("asked_by_id", flat=True)
        out = aside(self.case) | {self.case.handler_id, *asked}
        return next(person for person in self.people.staff if person.pk not in out)

    @property
    def worker(self) -> User:
        """Who goes on with it."""
        out = aside(self.case)
        return next(person for person in self.people.staff if person.pk not in out)

    def do(self, name: str, act: Callable[[], Case | None]) -> bool:
        """Do it if it is allowed; what is refused must leave nothing behind."""
        before = (self.case.version, self.facts)
        try:
            act()
        except NotNow:
            return False
        except CaseRefused as error:
            self.refused[self.aliases.get(name, name)] += 1
            self.trail.append(f"{self.at:%F %R} {name} -- {type(error).__name__}: {error}")
            after = (VERSION(id=self.case.pk)[0][0], _facts(self.case))
            if after != before:
                raise AssertionError(
                    f"{name} was refused and left something: {before} {after}\n{self}"
                ) from error
            return False
        self.see()
        self.trail.append(f"{self.at:%F %R} {name}")
        self.done[self.aliases.get(name, name)] += 1
        return True

    @property
    def cases(self) -> list[Case]:
        """Everything that has to do with it, as it stands now."""
        ids = [self.case.pk, *(each.pk for each in (self.earlier, *self.parts) if each)]
        return list(Case.objects.select_related("complaint").filter(pk__in=ids))

    def verdicts(self) -> list[str]:
        """How its clocks stand in the end."""
        return list(Clock.objects.filter(case_id=self.case.pk).values_list("status", flat=True))

    def see(self) -> None:
        """Read the case anew, as whoever comes next does."""
        (self.case,) = CASE.objects(id=self.case.pk)
        self.facts = _facts(self.case)

    def wait(self) -> None:
        """Some time passes: none, minutes, hours, days, weeks; the background duty tells whom ladders name."""
        longest = self.chance.choices((0, 50, 500, 4 * 1440, 24 * 1440), (2, 6, 6, 4, 1))[0]
        self.at += MINUTE * self.chance.randint(0, longest)
        if self.chance.random() < 0.4:
            ladder.climb(self.case.pk, self.at)
            self.facts = _facts(self.case)

    def __str__(self) -> str:
        return "\n".join([f"life {self.number}", *self.trail])


# Asked after everything that was done or refused, hundreds of thousands of times in the proof.
ID = Place("id", Case._meta.pk)
CASE = Question(lambda: Case.objects.select_related("complaint").filter(pk=ID))
FACTS = Question(
    lambda: Fact.objects.order_by().filter(case_id=ID).values("case_id").annotate(n=Count("id")).values("n")
)
VERSION = Question(lambda: Case.objects.filter(pk=ID).values_list("version"))


def _facts(case: Case) -> int:
    found = one(FACTS(id=case.pk))
    return found[0] if found else 0


Verb = Callable[[Life], Any]


@dataclass(frozen=True)
class Way:
    """How cases of one kind live: how they begin, what can be done to them, and what is due at each step."""

    born: Callable[[int, People], Life]
    verbs: dict[str, Verb]
    straight: dict[str, tuple[str, ...]]
    freely: dict[str, tuple[str, ...]]


def live(number: int, people: People, *, moves: int = 7, way: Way | None = None) -> Life:
    """A life of some `moves` moves, brought to an end or left where it stands, its clocks judged at the last moment."""
    way = way or COMPLAINTS
    life = way.born(number, people)
    for _ in range(life.chance.randint(moves // 2, moves + moves // 2)):
        life.wait()
        if life.chance.random() < FORWARD:
            go_on(life, way.verbs, way.freely)
        else:
            name = life.chance.choice(list(way.verbs))
            life.do(name, lambda name=name: way.verbs[name](life))
    if life.chance.random() < 0.8:
        end(life, way)
    life.wait()
    for case in life.cases:
        settle(hold(case.pk), traits_of(case), now=life.at)
    life.see()
    return life


def born(number: int, people: People) -> Life:
    """A complaint that comes at a random minute, sometimes about somebody by name."""
    chance = random.Random(number)
    at = FIRST_DAY + DAY * chance.randrange(DAYS) + MINUTE * chance.randrange(1440)
    named = (people.staff[chance.randrange(len(people.staff))].pk,) if chance.random() < 0.1 else ()
    arrival = actions.Arrival(
        words="多收了手续费，请退还。", name="王小敏", phone=f"139{number:08}", source="portal",
        complained_unit=people.branch.pk, complained_people=named,
    )  # fmt: skip
    earlier = None
    if chance.random() < 0.3:
        before = at - MINUTE * chance.randrange(1, 6 * 1440)
        earlier = _received(replace(arrival, complained_people=()), people, before)
    case = _received(arrival, people, at)
    return Life(number, people, chance, at, case, _facts(case), earlier, [], [f"{at:%F %R} received"])


def _received(arrival: actions.Arrival, people: People, at: datetime) -> Case:
    received = actions.receive(
        arrival, handling_unit=people.centre.pk, by=None, at=at, origin="portal", letters=False
    )
    return Case.objects.select_related("complaint").get(pk=received.case_id)


def end(life: Life, way: Way) -> None:
    """Bring it to an end by doing what is due; DeadEnd where that leads nowhere."""
    for _ in range(MOST_STEPS):
        if not life.case.is_open:
            return
        life.at += MINUTE * life.chance.randint(1, 90)
        go_on(life, way.verbs, way.straight)
    raise DeadEnd(str(life))


def go_on(life: Life, verbs: dict[str, Verb], ways: dict[str, tuple[str, ...]]) -> None:
    """One of the things that are due at the step where it stands."""
    for name in ways[life.case.step if life.case.is_open else "closed"]:
        if name == "or" and life.chance.random() < 0.5:
            return
        if name != "or" and life.do(name, lambda name=name: verbs[name](life)):
            return


# What is due at each step, the first that is allowed; "or" stops there half of the times.
STRAIGHT = {
    "register": ("accept",),
    "grade": ("grade",),
    "investigate": ("conclude", "establish"),
    "ask": ("go on",),
    "answer": ("conclude", "decide redress", "answer", "explain overdue"),
    "close": ("finish",),
}
FREELY = STRAIGHT | {
    "register": ("refuse?", "accept"),
    "grade": ("change over?", "acknowledge?", "hand to unit?", "merge?", "grade"),
    "investigate": (
        "change over?", "acknowledge?", "merge?", "split?", "ask?", "extend?", "decide extension", "make good?", "decide redress", "conclude", "or", "establish",
    ),
    "ask": ("change over?", "supplement?", "or", "go on"),
    "answer": ("decide extension", "conclude", "or", "decide redress", "answer", "explain overdue"),
    "closed": ("separate?", "reopen"),
}  # fmt: skip
COMPLAINTS = Way(born, VERBS, STRAIGHT, FREELY)
