"""An overdue review climbs: the reviewer, then up the tree; never whoever worked on what it examines."""

from datetime import timedelta

import pytest

from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Recusal, Rung
from yinuo.packs.reviews import actions
from yinuo.packs.reviews.queries import about
from yinuo.packs.reviews.tests.bank import ASKED, DAY, REASONS, a_person, a_review, did
from yinuo.packs.reviews.tests.test_pages import signed_in, text

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def ranks(bank):
    """The unit that reviews has a lead and a head, the head office a president."""
    return {
        "lead": a_person("lead", bank.city),
        "head": a_person("branch_head", bank.city),
        "president": a_person("president", bank.head),
    }


def due(case):
    return case.clocks.get(promise="decide").due_at


def told(case):
    """Whom each rung told."""
    rungs = Rung.objects.filter(case=case).order_by("place")
    return [[each.person for each in rung.people.all()] for rung in rungs]


def test_an_overdue_review_is_told_to_the_unit_that_decides_it_and_then_above(bank, ranks):
    case = a_review(bank)
    climb_due(due(case))
    assert told(case) == [[ranks["lead"]]]  # nobody has taken it
    acknowledge(case.rungs.get().pk, by=ranks["lead"], at=due(case))
    climb_due(due(case) + SECOND)
    assert told(case)[1:] == [[ranks["head"]]]
    climb_due(due(case) + 10 * DAY)
    assert told(case)[2:] == [[ranks["president"]]]


def test_whoever_took_it_is_told_first(bank, ranks):
    case = actions.take(a_review(bank).pk, by=bank.reviewer, at=ASKED + DAY)
    climb_due(due(case) - DAY)
    assert told(case) == [[bank.reviewer]]


def test_whoever_worked_on_the_answer_or_stands_aside_from_it_is_told_nothing(bank, ranks):
    case = a_review(bank)
    did(about(case), "complaints.withheld", ranks["lead"])
    Recusal.objects.create(case=about(case), person=ranks["head"], ground="relative", declared_at=ASKED)
    climb_due(due(case))
    assert told(case) == [[ranks["president"]]]


def test_with_the_decision_the_open_rungs_end(bank, ranks):
    case = a_review(bank)
    climb_due(due(case))
    actions.decide(case.pk, outcome="upheld", reasons=REASONS, by=bank.reviewer, at=due(case), letters=False)
    assert case.rungs.get().ended_at == due(case)
    climb_due(due(case) + 30 * DAY)
    assert len(told(case)) == 1


def test_the_page_says_who_was_told(bank, ranks):
    case = actions.take(a_review(bank).pk, by=bank.reviewer, at=ASKED + DAY)
    climb_due(due(case) - DAY)
    page = text(signed_in(bank.reviewer).get(f"/reviews/{case.number}"))
    assert "Who was told" in page
    assert f"/told/{case.rungs.get().pk}/acknowledge" in page
