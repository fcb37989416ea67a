"""Whoever complained is asked how satisfied they are."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.loops.rules import Rule
from yinuo.facts.follow import SeqFact, of_case
from yinuo.packs.surveys.actions import ask

# Longer ago nobody is asked any more: history read from a file, or a loop that wakes in a bank of some age.
TOO_LONG_AGO = timedelta(days=7)


def ask_the_customer(fact: SeqFact) -> None:
    """Write the letter with the link, unless the complaint was opened again or closed long ago."""
    case = Case.objects.select_related("customer__key").get(pk=of_case(fact))
    now = timezone.now()
    if case.is_open or now - fact.occurred_at > TOO_LONG_AGO:
        return
    if case.invitations.filter(answered_at=None, expires_at__gt=now).exists():
        return  # closed a second time: the first link still works and will tell of all of it
    ask(case)


RULES = (Rule("rating.ask", on="complaints.closed", act=ask_the_customer),)
