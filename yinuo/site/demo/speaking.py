"""Complaints that somebody brought for the customer: a few that are open, one of them by somebody seen to speak for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from yinuo.site.demo.customers import Customers
from yinuo.site.demo.records import Complaint

# How whoever brought it stands to the customer, and whether their paper was seen; the latest complaint first.
SPEAKERS = (("family", True), ("lawyer", False), ("guardian", True))
AT_WORK = ("graded", "investigating")
SEEN_AFTER = timedelta(hours=1)  # from grading


def let_speak(complaints: Sequence[Complaint], customers: Customers, now: datetime) -> tuple[Complaint, ...]:
    """The latest that came through the portal and are worked on are brought by somebody else; the others stay."""
    fit = [each for each in complaints if not each.officer and each.state in AT_WORK and each.graded_at]
    latest = sorted(fit, key=lambda each: each.received_at, reverse=True)
    brought = {}
    for (relation, seen), each in zip(SPEAKERS, latest, strict=False):
        speaker = customers.another(each.language).number
        checked = min(now, each.graded_at + SEEN_AFTER) if seen and each.graded_at else None
        brought[each.number] = replace(each, speaker=speaker, relation=relation, authority_checked_at=checked)
    return tuple(brought.get(each.number, each) for each in complaints)
