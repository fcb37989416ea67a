"""The demonstration bank, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from yinuo.site.demo import arrivals, content, staffing
from yinuo.site.demo.content import SecondMatter, Story
from yinuo.site.demo.course import Course, Hours, draw_course
from yinuo.site.demo.customers import Customers
from yinuo.site.demo.ends import draw_ends, end_words
from yinuo.site.demo.records import Bank, Complaint, Customer, Matter, Unit
from yinuo.site.demo.shares import apportion, joint_shares
from yinuo.site.demo.speaking import let_speak
from yinuo.site.demo.wording import Told, names_branch, tell

TWO_MATTERS = 0.1
ASKED_FEN, ASKING = 80_000, ("compensation", "refund")  # proposed while such a complaint is investigated
NEWEST = 4  # the latest few wait for somebody, whatever day it is
ADDRESSES = {"zh-hans": "尊敬的{}客户", "zh-hant": "尊敬的{}客戶", "en": "{}"}


def make_bank(
    today: date,
    *,
    seed: int = 1,
    complaints: int = 400,
    is_working: Callable[[date], bool] | None = None,
) -> Bank:
    """The bank as of ten o'clock of `today` (Asia/Shanghai); the same arguments give the same bank.

    `is_working` is the calendar of the bank's staff; without one Monday to Friday are working days.
    """
    rng = Random(f"yinuo {seed} {today.isoformat()}")  # noqa: S311 # nosec B311 # a demonstration, not a secret
    people, postings = staffing.people_and_postings(today)
    maker = _Maker(
        rng, today, staffing.units(), staffing.Staffing(rng, postings), Customers(rng), is_working or _weekday
    )
    made = sorted(maker.drafts(complaints), key=lambda draft: draft.received)
    untouched = len(made) - NEWEST
    finished = tuple(maker.finish(n, draft, new=n > untouched) for n, draft in enumerate(made, 1))
    brought = let_speak(finished, maker.customers, arrivals.now_of(today))
    return Bank(arrivals.now_of(today), maker.units, people, postings, tuple(maker.customers.all), brought)


def _weekday(day: date) -> bool:
    return day.weekday() < 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """Which story came in when and how."""

    story: Story
    channel: str
    source: str
    received: datetime


@dataclass(frozen=True)
class _Maker:
    rng: Random
    today: date
    units: tuple[Unit, ...]
    staff: staffing.Staffing
    customers: Customers
    is_working: Callable[[date], bool]
    written: set[str] = field(default_factory=set)

    def drafts(self, total: int) -> Iterator[_Draft]:
        """As many stories of each business and cause as their shares ask for, at their times."""
        by_pair: dict[tuple[str, str], list[Story]] = {}
        for story in content.stories():
            by_pair.setdefault((story.business, story.cause), []).append(story)
        for pair, count in sorted(apportion(total, joint_shares(by_pair)).items()):
            for story in self._in_turn(by_pair[pair], count):
                channel, source = self.staff.channel()
                at = arrivals.draw_arrival(self.rng, self.today, channel, self.is_working)
                yield _Draft(story, channel, _card_centre(source, story), at)

    def _in_turn(self, stories: list[Story], count: int) -> Iterator[Story]:
        """Every story once before any comes again; other languages only in the first round."""
        chinese = [story for story in stories if story.language == "zh-hans"]
        turn = list(stories)
        while count:
            self.rng.shuffle(turn)
            yield from turn[:count]
            count -= min(count, len(turn))
            turn = list(chinese)

    def finish(self, number: int, draft: _Draft, *, new: bool) -> Complaint:
        """The complaint of a draft, with everything that happened to it; nothing yet if it is `new`."""
        rng, story = self.rng, draft.story
        branch = rng.choice([unit for unit in self.units if unit.kind == "branch"])
        second = self._second(story)
        told = self._told(story, branch.name_zh_hans, draft.received.date(), second)
        customer = self.customers.one(story.language)
        level = self._level(story, draft.channel)
        complained = self.staff.complained_unit(story, branch.code, names_branch(story))
        handling = self.staff.handling_unit(complained, level, draft.channel)
        owning = self.staff.owning_unit(draft.channel, branch.code)
        course = Course() if new else self._course(draft, level)
        name = f"D-{number:04}"
        course, ends = draw_ends(name, course, arrivals.now_of(self.today), Hours(self.is_working))
        answer, matters = self._decided(name, story, second, told, customer, complained, course)
        officer = self.staff.officer(draft.channel, owning)
        return Complaint(
            number=name, customer=customer.number, language=story.language, channel=draft.channel,
            source=draft.source, business_channel=story.where, level=level, request=story.request,
            subject=story.subject, text=told.text, owning_unit=owning, complained_unit=complained,
            complained_staff=self.staff.clerk(story, complained, officer), handling_unit=handling, officer=officer,
            handler=self.staff.handler(handling) if course.graded_at or ends.refused_at else "", state=course.state,
            received_at=draft.received, graded_at=course.graded_at, first_reply_at=course.first_reply_at,
            investigating_at=course.investigating_at, waiting_from=course.waiting_from,
            waiting_until=course.waiting_until, answered_at=course.answered_at,
            closed_at=course.closed_at, note=self._note(course), answer=answer,
            asked_fen=ASKED_FEN if course.state == "investigating" and story.request in ASKING else 0,
            approver=self.staff.approver(), refused_at=ends.refused_at, refusal=ends.refusal,
            withdrawn_at=ends.withdrawn_at, withdrawn_by="customer" if ends.by_customer else "staff",
            reopened_at=ends.reopened_at, reopening=ends.reopening, again_at=ends.again_at,
            end_words=end_words(ends, story.language), speaker="", relation="",
            authority_checked_at=None, matters=matters,
        )  # fmt: skip

    def _course(self, draft: _Draft, level: str) -> Course:
        now, hours = arrivals.now_of(self.today), Hours(self.is_working)
        return draw_course(self.rng, draft.received, now, hours, slow=level != "ordinary")

    def _told(self, story: Story, branch: str, on: date, second: SecondMatter | None) -> Told:
        """The story in words nobody has used before."""
        told = tell(story, self.rng, branch=branch, on=on, second=second)
        while told.text in self.written:
            told = tell(story, self.rng, branch=branch, on=on, second=second)
        self.written.add(told.text)
        return told

    def _second(self, story: Story) -> SecondMatter | None:
        if story.language != "zh-hans" or self.rng.random() > TWO_MATTERS:
            return None
        seconds = content.phrases().seconds
        return self.rng.choice([s for s in seconds if (s.business, s.cause) != (story.business, story.cause)])

    def _level(self, story: Story, channel: str) -> str:
        if story.level == "complex":
            return "major" if self.rng.random() < 0.12 else "complex"
        return "complex" if channel == "referral" or self.rng.random() < 0.04 else "ordinary"

    def _note(self, course: Course) -> str:
        return self.rng.choice(content.phrases().lists["notes"]) if course.investigating_at else ""

    def _decided(
        self, name: str, story: Story, second: SecondMatter | None, told: Told, customer: Customer,
        unit: str, course: Course,
    ) -> tuple[str, tuple[Matter, ...]]:  # fmt: skip
        """The letter, and the matters with their outcomes; both empty of a decision before there is one."""
        written = self.rng.choice(content.answers_to(story))
        responsible = written.outcome != "explained" or self.rng.random() < 0.35
        redress = (told.fee or self.rng.randrange(3, 60) * 10) if written.outcome == "money-redress" else 0
        others = [(second.business, second.cause)] if second else []
        if not course.answered_at:
            pairs = [(story.business, story.cause), *others]
            return "", tuple(Matter(name, n, *pair, unit, "", None, 0) for n, pair in enumerate(pairs, 1))
        first = Matter(
            name, 1, story.business, story.cause, unit, written.outcome, responsible, redress * 100
        )
        rest = (Matter(name, 2, *pair, staffing.REMOTE, "explained", False, 0) for pair in others)
        called = ADDRESSES[story.language].format(customer.name)
        text = written.text.format(name=called, subject=story.subject, redress=redress)
        return text, (first, *rest)


def _card_centre(source: str, story: Story) -> str:
    """Calls about credit cards come through the card centre's own line."""
    return "card-centre" if source == "call-centre" and story.business in {"B-03.2", "B-13"} else source
