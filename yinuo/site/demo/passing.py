"""Complaints of the demonstration bank that went to another unit: claimed there, waiting there, or sent back."""

from __future__ import annotations

from random import Random

from django.utils import timezone

from yinuo.engines.cases.heads import there_to_handle
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.replay import HANDED_ON
from yinuo.facts.models import Fact
from yinuo.ground.people.models import Unit, User
from yinuo.packs.complaints import actions, queries

HANDED = 6  # open complaints: a third is claimed there, a third waits, a third comes back
WORDS = {
    "zh-hans": ("凭证和监控录像都在贵机构，请核实后办理。", "经核实，这笔业务不是我机构办理的，退回。"),
    "en": ("The records and the recording are with you; please look into it.", "This was not done here: sent back."),
    "zh-hant": ("憑證與監視影像皆在貴機構，請查核後辦理。", "經查核，此筆業務非本機構辦理，退回。"),
}  # fmt: skip


def hand_on_some() -> None:
    """Hand a few over that somebody has in hand; where some were handed over already, nothing."""
    if Fact.objects.filter(kind=HANDED_ON).exists():
        return
    held = Case.objects.filter(kind="complaints", is_open=True, origin="import").exclude(handler=None)
    cases = held.filter(step__contains="investigate").select_related("handler", "handling_unit")
    for turn, case in enumerate(cases.order_by("number")[:HANDED]):
        _handed_on(case, turn % 3)


def _handed_on(case: Case, way: int) -> None:
    rng, first, by = Random(f"handed on {case.number}"), case.handling_unit, case.handler  # noqa: S311 # nosec B311 # a demonstration, not a secret
    units = list(queries.other_units(case).exclude(kind="public"))
    if by is None or not units:
        return
    there, back = WORDS[case.language]
    taker = _hand(case, rng.choice(units), "records", there, by)
    if way == 0:
        actions.claim(case.pk, by=taker)
    elif way == 2:
        actions.claim(case.pk, by=taker)
        actions.claim(case.pk, by=_hand(case, first, "not-ours", back, taker))


def _hand(case: Case, unit: Unit, reason: str, words: str, by: User) -> User:
    """Hand it over; whoever of that unit claims it."""
    case = actions.hand_to_unit(case.pk, unit=unit, reason=reason, words=words, by=by)
    today = timezone.localdate()
    there = [*there_to_handle(case, "handler", today), *there_to_handle(case, "lead", today)]
    return User.objects.get(pk=there[0])
