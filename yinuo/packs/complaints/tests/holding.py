"""Something of a complaint is held, as tests reach it."""

from datetime import timedelta

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import given_back, held_verb, intend
from yinuo.engines.cases.models import Case, Clock
from yinuo.ground.customers.models import Customer
from yinuo.ground.files.models import StoredFile
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.tests.bank import MONDAY, kinds

PRESSED = MONDAY + timedelta(days=2)
DUE = PRESSED + timedelta(seconds=10)
WORDS = "我们已退还两百元，并向您道歉。"


def begun(bank, case, *, by=None, now=PRESSED, verb="answer", **given):
    """Somebody pressed the button."""
    given = given or ({"words": WORDS} if verb == "answer" else {})
    return intend(held_verb("complaints", verb), case.pk, given, by=by or bank.handler, now=now)


def trace(case):
    """Everything that could have happened to a case."""
    fresh = Case.objects.get(pk=case.pk)
    clocks = list(
        Clock.objects.filter(case=case).order_by("promise").values_list("promise", "status", "stopped_at")
    )
    rows = [each.objects.count() for each in (Case, Customer, Letter, Party, StoredFile)]
    return fresh.version, fresh.step, kinds(case), rows, clocks, case.notes.count()


def state(case):
    return Intention.objects.get(case=case).state


def back(case, person, now=DUE):
    return given_back(Case.objects.get(pk=case.pk), person.pk, now)


def stand_aside(bank, case):
    """The handler is complained of."""
    actions.name_complained_of(case.pk, people=[bank.handler], by=bank.person("quality_head"), at=PRESSED)
