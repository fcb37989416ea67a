"""What a customer is told of reviews: that one can be asked for, how far one is, what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.packs.reviews.actions import why_not
from yinuo.packs.reviews.models import Outcome
from yinuo.packs.reviews.queries import decision_of, reviews_of
from yinuo.web.formats import day, moment
from yinuo.web.parts import Pair

# What whoever may not read the answer is told of its reviews.
NO_REVIEW = {
    "reviews": (),
    "may_review": False,
    "no_review": "",
    "review_until": "",
    "review_unconfirmed": False,
}


@dataclass(frozen=True, slots=True)
class ToldReview:
    """One review as the tracking page shows it."""

    headline: str
    facts: Sequence[Pair]
    words: str
    reasons: str


def second_look(case: Case) -> dict[str, Any]:
    """The reviews so far, and whether one can be asked for now: until when, or why not."""
    found, decision = reviews_of(case), decision_of(case)
    refusal = why_not(decision, timezone.now()) if decision else ""
    settled = bool(found and decision and found[0].review.decision == decision.fact)
    return {
        "reviews": [_told(each) for each in found],
        "may_review": decision is not None and not refusal,
        "no_review": "" if settled else refusal,
        "review_until": moment(decision.until) if decision else "",
        "review_unconfirmed": decision is not None and not decision.confirmed,
    }


def _told(case: Case) -> ToldReview:
    review = case.review
    due = next((clock.due_at for clock in case.clocks.all() if clock.due_at), None)
    ended = [Pair(_("Review decided"), day(timezone.localdate(case.closed_at)))] if case.closed_at else []
    facts = [
        Pair(_("Number"), case.number),
        Pair(_("Asked for"), day(timezone.localdate(case.opened_at))),
        Pair(_("Reviewed by"), case.handling_unit.name),
        *(ended or [Pair(_("Decided by"), moment(due) if due else None)]),
    ]
    return ToldReview(_headlines()[review.outcome], facts, review.words, review.reasons)


def _headlines() -> dict[str, str]:
    """How far a review is, by its outcome."""
    return {
        "": _("We are reviewing our answer."),
        Outcome.UPHELD: _("Our answer stands."),
        Outcome.CHANGED: _("Our answer has to be changed; we are looking into your complaint again."),
    }
