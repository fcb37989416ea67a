"""A complaint is told of its review, and opened again where its answer was changed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.loops.rules import Rule
from yinuo.facts.follow import SeqFact, of_case
from yinuo.ground.people.models import User
from yinuo.packs.complaints.actions import review_asked, reviewed
from yinuo.packs.reviews.models import Outcome
from yinuo.packs.reviews.queries import about

# Longer ago nobody is written to any more: history read from a file, or a loop that wakes in a bank of some age.
TOO_LONG_AGO = timedelta(days=7)


def tell_of_the_request(fact: SeqFact) -> None:
    """Write down on the complaint that a review of its answer was asked for."""
    review_asked(UUID(fact.data["about"]), review=of_case(fact), at=fact.occurred_at)


def tell_of_the_end(fact: SeqFact) -> None:
    """Write down on the complaint how its review ended; a changed answer opens it again, in the reviewer's name."""
    case = Case.objects.select_related("review").get(pk=of_case(fact))
    outcome, at = fact.data["outcome"], fact.occurred_at
    reviewed(
        about(case).pk, review=case.pk, outcome=outcome, again=outcome == Outcome.CHANGED,
        said=case.review.reasons, by=User.objects.get(pk=str(fact.by_id)), at=at,
        letters=timezone.now() - at < TOO_LONG_AGO,
    )  # fmt: skip


RULES = (
    Rule("second_look.asked", on="reviews.opened", act=tell_of_the_request),
    Rule("second_look.ended", on="reviews.closed", act=tell_of_the_end),
)
