"""What a complaint handled here knows for the ledger: one function a name, "" where it does not know.

The edition says which column takes which; text comes in the bank's language, not the reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from yinuo.engines.cases.models import Case, Clock
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import Tree, tree_marked
from yinuo.ground.terms.lists import label
from yinuo.ground.vault.keys import KeyDestroyed
from yinuo.packs.complaints.ledger.cells import number_cell
from yinuo.packs.complaints.models import CalledBack, Matter, Party

if TYPE_CHECKING:
    from yinuo.packs.complaints.ledger.layout import Ledger

EXTENSION = "extension"  # what an approval of more time is called
OVERDUE = "complaint_overdue"  # the list of reasons for taking longer than the first limit
SMALL = "goodwill"  # the kind of redress the ledger calls small


@dataclass(frozen=True, slots=True)
class About:
    """A complaint read with everything below, and what others found out about it."""

    case: Case
    ledger: Ledger
    escalated: bool
    called_back_on: datetime | None
    mark: UUID | None  # of the present tree of units, read once for many complaints

    def yes_no(self, answer: bool) -> str:
        """The ledger's word for yes or no."""
        return self.ledger.yes if answer else self.ledger.no

    def tree(self) -> Tree:
        """The units as they stood when the customer came."""
        return tree_marked(timezone.localtime(self.case.opened_at).date(), self.mark)


Known = Callable[[About], str]
KNOWN: dict[str, Known] = {}
MOVING: set[str] = set()  # what working on a complaint changes; the rest stays as a ledger said it


def _known(function: Known) -> Known:
    KNOWN[function.__name__] = function
    return function


def _moving(function: Known) -> Known:
    MOVING.add(function.__name__)
    return _known(function)


def _day(at: datetime | None) -> str:
    return timezone.localtime(at).date().isoformat() if at else ""


def _unit(unit: Unit | None) -> str:
    return unit.name_zh_hans if unit else ""


def _above(about: About, unit_id: UUID | None) -> str:
    then = about.tree()
    above = then.parents.get(unit_id) if unit_id else None
    return _unit(then.units.get(above)) if above else ""


@_known
def owning_unit_name(about: About) -> str:
    return _unit(about.case.owning_unit)


@_known
def owning_unit_code(about: About) -> str:
    return about.case.owning_unit.code


@_known
def number(about: About) -> str:
    return about.case.number


@_moving
def status(about: About) -> str:
    if not about.case.is_open:
        return about.ledger.closed[0]
    return about.ledger.working if about.case.handler_id else about.ledger.waiting


@_known
def source(about: About) -> str:
    return label("complaint_source", about.case.complaint.source)


@_known
def source_words(about: About) -> str:
    return about.ledger.word("complaint_source", about.case.complaint.source)


@_known
def received(about: About) -> str:
    return _day(about.case.opened_at)


@_moving
def closed(about: About) -> str:
    return _day(about.case.closed_at)


@_known
def name(about: About) -> str:
    try:
        return about.case.customer.name if about.case.customer else ""
    except KeyDestroyed:
        return ""


@_known
def contact(about: About) -> str:
    customer = about.case.customer
    try:
        return (customer.phone or customer.email) if customer else ""
    except KeyDestroyed:
        return ""


@_known
def words(about: About) -> str:
    return about.case.complaint.words


@_known
def complained_unit(about: About) -> str:
    return _unit(about.case.complained_unit)


@_known
def complained_layer(about: About) -> str:
    return _layer(about, about.case.complained_unit)


@_known
def complained_above(about: About) -> str:
    return _above(about, about.case.complained_unit_id)


@_moving
def level(about: About) -> str:
    return about.ledger.word("complaint_level", about.case.complaint.level)


@_moving
def business(about: About) -> str:
    return about.ledger.word("complaint_business", about.case.complaint.business)


@_moving
def cause(about: About) -> str:
    return about.ledger.word("complaint_cause", about.case.complaint.cause)


@_known
def amount(about: About) -> str:
    complaint = about.case.complaint
    if complaint.amount is None or complaint.currency != "CNY":
        return ""
    return number_cell(Decimal(complaint.amount) / 1_000_000)


@_known
def people(about: About) -> str:
    """The customer, and whoever complains together with them."""
    beside = (party for party in about.case.complaint.parties.all() if party.role == Party.Role.JOINT)
    return str(1 + sum(party.removed_at is None for party in beside))


@_known
def requests(about: About) -> str:
    return "、".join(label("complaint_request", code) for code in about.case.complaint.requests)


@_moving
def findings(about: About) -> str:
    return "\n".join(filter(None, (matter.finding.strip() for matter in _matters(about))))


@_moving
def answer(about: About) -> str:
    told = [note for note in about.case.notes.all() if note.for_customer and note.subject == "answer"]
    return max(told, key=lambda note: note.written_at).text if told else ""


@_moving
def conclusion(about: About) -> str:
    first = next(iter(_matters(about)), None)
    return str(Matter.Conclusion(first.conclusion).label) if first and first.conclusion else ""


@_moving
def handling_unit(about: About) -> str:
    return _unit(about.case.handling_unit)


@_moving
def handling_layer(about: About) -> str:
    return _layer(about, about.case.handling_unit)


@_moving
def handling_above(about: About) -> str:
    return _above(about, about.case.handling_unit_id)


@_moving
def handling_days(about: About) -> str:
    return number_cell(about.case.complaint.handling_days)


@_moving
def replied(about: About) -> str:
    return about.yes_no(about.case.complaint.answered_at is not None)


@_moving
def decided(about: About) -> str:
    return _day(about.case.complaint.answered_at)


@_moving
def called_back(about: About) -> str:
    return "" if about.case.is_open else about.yes_no(about.case.complaint.called_back is not None)


@_moving
def called_back_on(about: About) -> str:
    return _day(about.called_back_on)


@_moving
def call_back_result(about: About) -> str:
    outcome = about.case.complaint.called_back
    return str(CalledBack(outcome).label) if outcome else ""


@_moving
def small_redress(about: About) -> str:
    return "" if about.case.is_open else about.yes_no(_small(about) > 0)


@_moving
def small_redress_amount(about: About) -> str:
    return number_cell(Decimal(_small(about)) / 100) if _small(about) else ""


@_known
def escalated(about: About) -> str:
    return about.yes_no(about.escalated)


@_moving
def legal_due(about: About) -> str:
    return next((_day(clock.due_at) for clock in _clocks(about) if clock.promise == "legal"), "")


@_moving
def late_reason(about: About) -> str:
    """The reason of the list that was given before the answer, then the words with which more time was asked for."""
    granted = [each for each in about.case.approvals.all() if each.what == EXTENSION and each.granted]
    asked = [each.reason.strip() for each in sorted(granted, key=lambda each: each.asked_at)]
    code = about.case.complaint.overdue_reason
    return "\n".join([label(OVERDUE, code), *asked] if code else asked)


def _matters(about: About) -> Iterable[Matter]:
    return about.case.complaint.matters.all()


def _clocks(about: About) -> Iterable[Clock]:
    return about.case.clocks.all()


def _layer(about: About, unit: Unit | None) -> str:
    """Where a unit stands in the bank; "" for a kind of unit the ledger has no word for."""
    said = about.ledger.words.get("unit_kind", {}).get(unit.kind) if unit else None
    return said[0] if said else ""


def _small(about: About) -> int:
    redresses = about.case.complaint.redresses.all()
    return sum(
        each.amount for each in redresses if each.granted and each.kind == SMALL and each.currency == "CNY"
    )
