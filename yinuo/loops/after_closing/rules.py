"""A closed complaint is called back about, and told how that went."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.loops.rules import Rule
from yinuo.facts.follow import SeqFact, of_case
from yinuo.packs.callbacks.actions import open_call_back
from yinuo.packs.callbacks.models import Grade
from yinuo.packs.callbacks.queries import about, still_open_about
from yinuo.packs.complaints.actions import called_back

# Longer ago nobody is asked any more: history read from a file, or a loop that wakes in a bank of some age.
TOO_LONG_AGO = timedelta(days=30)


def open_one(fact: SeqFact) -> None:
    """Open the call-back of a complaint just closed, if there is a customer whom one can reach.

    One that was opened again and closed a second time is called back about once more, unless the first call-back is
    still to be made: that one then asks about all of it.
    """
    case = Case.objects.select_related("complaint", "customer__key").get(pk=of_case(fact))
    customer = case.customer
    if case.is_open or customer is None or timezone.now() - fact.occurred_at > TOO_LONG_AGO:
        return
    if not (customer.masked_phone or customer.masked_email) or still_open_about(case):
        return
    grade = Grade.ORDINARY if case.complaint.level in ("", "ordinary") else Grade.COMPLEX
    open_call_back(case, title=case.complaint.subject, grade=grade, at=fact.occurred_at)


def tell_the_complaint(fact: SeqFact) -> None:
    """Write down on the complaint how its call-back ended."""
    call_back = Case.objects.get(pk=of_case(fact))
    called_back(
        about(call_back).pk, call_back=call_back.pk, outcome=fact.data["outcome"], at=fact.occurred_at
    )


RULES = (
    Rule("after_closing.call_back", on="complaints.closed", act=open_one),
    Rule("after_closing.called_back", on="callbacks.closed", act=tell_the_complaint),
)
