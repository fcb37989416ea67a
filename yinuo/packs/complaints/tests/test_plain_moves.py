"""What a change of the calendar moves without folding is what folding every case would: clocks, lanes, facts, counts."""

import json
import random
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases import batches
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Case, Clock, Rung
from yinuo.engines.cases.plain import Turn
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.facts.models import Fact
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import a_complaint, a_stranger, accepted, answered, graded
from yinuo.packs.complaints.tests.calendars import (
    DAY,
    announced,
    followed,
    in_force,
    the_calendar,
)
from yinuo.packs.complaints.tests.ends import withdrawn

pytestmark = pytest.mark.django_db


def extended(bank, *, at):
    """… given more time by law, a day later."""
    case = graded(bank, at=at)
    actions.ask_extension(case.pk, reason="等待", by=bank.handler, at=at + timedelta(hours=3))
    head = bank.person("quality_head")
    return actions.decide_extension(case.pk, granted=True, by=head, at=at + timedelta(hours=4))


def asked(bank, *, at):
    """… a question to the customer: a clock stands still."""
    case, later = graded(bank, at=at), at + timedelta(minutes=100)
    for matter in case.complaint.matters.all():
        actions.conclude(
            case.pk, position=matter.position, conclusion="upheld", finding="是。", by=bank.handler, at=later
        )
    return actions.finish_investigation(case.pk, by=bank.handler, question="哪一天？", at=later)


def supplemented(bank, *, at):
    """… and the customer's answer: it runs on."""
    return actions.supplement(asked(bank, at=at).pk, words="周一。", at=at + timedelta(hours=9))


def dropped(bank, *, at):
    return withdrawn(bank, accepted(bank, at=at), at=at + timedelta(hours=2))


LIVES = [
    a_complaint,
    a_complaint,
    accepted,
    accepted,
    graded,
    extended,
    asked,
    supplemented,
    dropped,
    answered,
]


def other_hours():
    """The calendar in force, closing an hour later on Mondays: different for ever."""
    content = the_calendar().content
    assert 'mon = ["09:00-17:00"]' in content
    later = content.replace('mon = ["09:00-17:00"]', 'mon = ["09:00-18:00"]')
    return editions.draft("calendar", "china", later, by=a_stranger("author"))


def outcome(calendar, steps, now):
    """What a batch stores, and its counts; everything is undone afterwards."""
    with transaction.atomic():
        before = set(Fact.objects.values_list("pk", flat=True))
        batch = batches.next_batch(calendar, None, steps, now, locked=True)
        batches.write(batch, calendar, steps, now)
        clocks = list(Clock.objects.order_by("pk").values())
        cases = list(Case.objects.order_by("pk").values())
        rungs = list(Rung.objects.order_by("pk").values())
        facts = [body_of(fact) for fact in Fact.objects.exclude(pk__in=before).order_by("id")]
        moved = list(batch.moved())
        transaction.set_rollback(True)
    return {
        "counts": (len(batch.cases), batch.clocks, moved), "clocks": clocks, "cases": cases, "rungs": rungs,
        "facts": facts,
    }, len(batch.plain)  # fmt: skip


def body_of(fact):
    """All that a fact says, but for its id."""
    body = json.loads(fact.body)
    del body["id"]
    return body


def a_random_bank(bank, rng):
    """A few complaints at random places of random lives, some of whose limits ran out and ladders were climbed."""
    for _ in range(rng.randint(3, 8)):
        rng.choice(LIVES)(bank, at=timezone.now() - timedelta(hours=rng.randint(1, 700)))
    if rng.random() < 0.7:
        judge_due(timezone.now())
        climb_due(timezone.now())
    for rung in Rung.objects.filter(acknowledged_at=None, ended_at=None):
        if (person := rung.people.first()) and rng.random() < 0.5:
            acknowledge(rung.pk, by=person.person)


def some_days(rng):
    return [timezone.localdate() + rng.randint(-20, 25) * DAY for _ in range(rng.randint(1, 5))]


@pytest.mark.parametrize("seed", range(24))
def test_a_batch_moves_every_clock_as_folding_every_case_would(bank, seed):
    rng = random.Random(seed)  # what happens depends on the time of day too, so nothing is there to be shrunk
    a_random_bank(bank, rng)
    if rng.random() < 0.4:
        announced(*some_days(rng))  # verdicts stand by an earlier calendar
        followed()
    old = the_calendar()
    if rng.random() < 0.8:
        announced(*some_days(rng))
    else:
        in_force(other_hours())
    now = timezone.now()
    steps = shelf.successors(old, now)
    quick, _plain = outcome(old.pk, steps, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Turn, "looks_plain", lambda *case: False)
        slow, none = outcome(old.pk, steps, now)
    assert none == 0
    assert quick == slow


def moved_beside_folded(bank, *lives):
    """How many of cases received or more are moved by a week off without being folded, and how many are folded."""
    for life in lives:
        life(bank, at=timezone.now() - timedelta(hours=30))
    judge_due(timezone.now())
    old = the_calendar()
    announced(*(timezone.localdate() + n * DAY for n in range(1, 9)))
    steps, now = shelf.successors(old, timezone.now()), timezone.now()
    batch = batches.next_batch(old.pk, None, steps, now, locked=False)
    return len(batch.plain), len(batch.folded)


@pytest.mark.parametrize("life", [a_complaint, accepted, graded])
def test_an_ordinary_open_complaint_is_moved_without_being_folded(bank, life):
    assert moved_beside_folded(bank, life) == (1, 0)


@pytest.mark.parametrize("life", [asked, supplemented, extended])
def test_what_was_paused_or_given_more_time_is_folded(bank, life):
    assert moved_beside_folded(bank, life, a_complaint) == (1, 1)
