"""Named readings: which case of a customer somebody may see, and who looked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from yinuo.engines.cases.models import Case, Recusal
from yinuo.engines.cases.sight import in_sight, named
from yinuo.ground.access.among import Among
from yinuo.ground.access.reach import Reach, VerbMissing
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.customers.models import Customer, PersonExport, Reveal
from yinuo.ground.customers.name_grams import MOST_LOOKED_AT, find_by_part
from yinuo.ground.people.models import User
from yinuo.packs.persons.pack import DATA, REVEALS, SEARCH

PUBLIC = "public"  # the kind of unit that imports of public files make


def customer_of(number: str, reach: Reach) -> tuple[Case, Customer] | None:
    """The case of that number, of any kind, that the reader may see, and its customer, if it is somebody."""
    case = named(number, reach)
    if case is None or case.customer_id is None:
        return None
    return case, Customer.objects.select_related("key").get(pk=case.customer_id)


def reveals_read(reach: Reach) -> QuerySet[Reveal]:
    """Looks on cases of the units within reach, but for cases from which the reader stands aside."""
    closed = Recusal.objects.filter(Among("person_id", reach.stands_for())).values("case_id")
    found = Reveal.objects.filter(Among("unit", reach.units(REVEALS))).exclude(case__in=closed)
    return found.select_related("customer__key")


class Names(NamedTuple):
    """What lines speak of, by id."""

    people: dict[UUID, User]
    cases: dict[UUID, Case]


def names_of(reveals: Sequence[Reveal]) -> Names:
    """Two queries for however many."""
    people = User.objects.in_bulk({each.by for each in reveals})
    cases = Case.objects.only("number", "kind").in_bulk({each.case for each in reveals})
    return Names(people, cases)


def sought(text: str) -> Q:
    """By the number of the case, else by the staff number of who looked; each whole."""
    if case := Case.objects.filter(number=text.upper()).values_list("pk", flat=True).first():
        return Q(case=case)
    person = User.objects.filter(staff_number=text.upper()).values_list("pk", flat=True).first()
    return Q(by=person) if person else Q(pk__in=[])


def answers_for_all(reach: Reach) -> bool:
    """Whether somebody answers for the data of customers in every unit of the bank: what is held on one stands in many.

    Units made by public files have no customers whom anybody knows.
    """
    own = {unit.pk for unit in reach.tree.units.values() if unit.kind != PUBLIC}
    return reach.holds(DATA) and reach.units(DATA).issuperset(own)


def need_all(reach: Reach) -> None:
    """Raises VerbMissing for whoever answers for a part of the bank only."""
    if not answers_for_all(reach):
        raise VerbMissing(verb_named(DATA))


def exports_read(reach: Reach) -> QuerySet[PersonExport]:
    """All of them, but those asked for on a case from which the reader stands aside."""
    closed = Recusal.objects.filter(Among("person_id", reach.stands_for())).values("case_id")
    return PersonExport.objects.exclude(case__in=closed).select_related("customer__key")


MOST_FOUND, MOST_CASES = 50, 5


def named_so(part: str, reach: Reach) -> list[tuple[Customer, list[Case]]]:
    """Customers with this in their name, each with their newest cases where the reader may search and see."""
    people = find_by_part(part, MOST_LOOKED_AT)
    seen = in_sight(reach.stands_for(), lambda kind: reach.units(kind.view) & reach.units(SEARCH))
    theirs: dict[UUID, list[Case]] = {}
    cases = Case.objects.filter(seen, customer_id__in=[each.pk for each in people])
    for case in cases.only("number", "kind", "customer").order_by("-opened_at", "-pk"):
        if case.customer_id is not None:
            theirs.setdefault(case.customer_id, []).append(case)
    return [(each, theirs[each.pk][:MOST_CASES]) for each in people if each.pk in theirs][:MOST_FOUND]
