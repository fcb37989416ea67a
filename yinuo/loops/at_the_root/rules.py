"""A complaint is told of the prevention that was opened from it, and of what its measure said afterwards."""

from __future__ import annotations

from yinuo.engines.cases.models import Case
from yinuo.engines.loops.rules import Rule
from yinuo.facts.follow import SeqFact, of_case
from yinuo.packs.complaints.actions import prevented, prevention_measured
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.preventions.queries import about


def _complaint(fact: SeqFact) -> Case | None:
    """The complaint that a prevention was opened from; none where it was opened from nothing, or another kind of case."""
    subject = about(Case.objects.get(pk=of_case(fact)))
    return subject if subject is not None and subject.kind == KIND.key else None


def tell_of_the_opening(fact: SeqFact) -> None:
    """Write down on the complaint that a prevention was opened from it."""
    if (complaint := _complaint(fact)) is not None:
        prevented(complaint.pk, prevention=of_case(fact), at=fact.occurred_at)


def tell_of_the_verdict(fact: SeqFact) -> None:
    """Write down on the complaint what the measure said, each time it was measured again."""
    if (complaint := _complaint(fact)) is not None:
        prevention_measured(
            complaint.pk, prevention=of_case(fact), verdict=fact.data["verdict"], at=fact.occurred_at
        )


RULES = (
    Rule("at_the_root.opened", on="preventions.opened", act=tell_of_the_opening),
    Rule("at_the_root.measured", on="preventions.verified", act=tell_of_the_verdict),
)
