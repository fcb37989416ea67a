"""Ends of complaints, and going on after them, as tests reach them."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.editions import shelf
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.engines.processes.drawing import Drawing, parse_drawing
from yinuo.engines.processes.tests.building import document, node
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, kinds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = "客户来电说问题已解决，不再投诉。"
WHY = "这笔业务由另一家银行办理，请向该行提出。"


def withdrawn(bank, case, *, at=MONDAY + 4 * HOUR, **more):
    return actions.withdraw(case.pk, said=SAID, by=bank.handler, at=at, **more)


def not_accepted(bank, case, *, at=MONDAY + HOUR, reason="not-ours"):
    return actions.refuse(case.pk, reason=reason, words=WHY, by=bank.handler, at=at)


def reopened(bank, case, reason="new-facts", *, at=MONDAY + 7 * DAY, **more):
    return actions.reopen(
        case.pk, reason=reason, said="客户带来了回单", by=bank.person("quality_head"), at=at, **more
    )


def answered_again(bank, case, *, at):
    actions.finish_investigation(case.pk, by=bank.handler, at=at)
    actions.answer(case.pk, words="我们重新核实，另退还五十元。", by=bank.handler, at=at + HOUR)
    return actions.finish(case.pk, by=bank.handler, at=at + 2 * HOUR)


def statuses(case):
    return {clock.promise: clock.status for clock in case.clocks.all()}


def letters(case):
    return [letter.template for letter in Letter.objects.filter(case_id=case.pk).order_by("id")]


def everything(case):
    """All that a verb could have changed."""
    fresh = Case.objects.get(pk=case.pk)
    return (
        {field.attname: getattr(fresh, field.attname) for field in Case._meta.concrete_fields},
        {
            field.attname: getattr(fresh.complaint, field.attname)
            for field in fresh.complaint._meta.concrete_fields
        },
        kinds(case),
        list(case.steps.order_by("serial").values()),
        list(case.clocks.order_by("position").values()),
        list(case.notes.order_by("pk").values()),
        letters(case),
    )


def refused(case, act):
    """The verb is refused and leaves no trace."""
    before = everything(case)
    with pytest.raises(CaseRefused), transaction.atomic():
        act()
    assert everything(case) == before


def sample(key):
    """A measure of the months in question."""
    return measure_named(key).sample(Window(Period.quarter_of(date(2026, 9, 14)), None, ""))


def desk(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


def shelf_with(*parts):
    """The shelf, as if every process were drawn from these parts."""
    drawing = parse_drawing(document(node("startEvent", "start"), node("endEvent", "end"), *parts))
    real = shelf.parsed
    return lambda edition: drawing if isinstance(real(edition), Drawing) else real(edition)


def measured(key):
    found = sample(key)
    return found.n, found.total
