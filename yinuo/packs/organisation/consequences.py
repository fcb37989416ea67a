"""What follows from a change, told before it happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case
from yinuo.ground.access import accounts
from yinuo.ground.access.among import Among
from yinuo.ground.access.appointments import Appointment, falling_with
from yinuo.ground.access.reach import HELD, Reach, reach_from
from yinuo.ground.access.verbs import verbs_of
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.people.tree import current_mark, tree

MOST_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Open cases of one kind: how many, and the numbers of the first."""

    kind: str
    number: int
    first: Sequence[str]


@dataclass(frozen=True, slots=True)
class Follows:
    """What somebody can do anew or no longer, in how many units, and what is left behind."""

    verbs: Sequence[str]
    units: int
    cases: Sequence[OpenCases] = ()
    takers: Sequence[User] = ()
    falling: Sequence[Posting] = ()
    held: Sequence[Posting] = ()


def of_appointment(wanted: Appointment) -> Follows:
    """What the person will be able to do in the unit that they could not before."""
    before = _reach(wanted.user, wanted.valid_from, without=())
    gained = [str(verb.name) for verb in verbs_of(wanted.role) if not before.may(verb.key, wanted.unit.pk)]
    return Follows(gained, len(tree(wanted.valid_from).subtree(wanted.unit.pk)))


def of_ending(posting: Posting, on: date) -> Follows:
    """What the person will not be able to do in the unit any more, and who could take over what they handle."""
    after = _reach(posting.user, on, without=[posting.pk])
    lost = [str(verb.name) for verb in verbs_of(posting.role) if not after.may(verb.key, posting.unit_id)]
    units = tree(on).subtree(posting.unit_id)
    handled = Case.objects.filter(Among("handling_unit_id", units), handler=posting.user_id)
    kept = after.holds_role([posting.role], posting.unit_id)
    cases = [] if kept else open_cases(handled)
    return Follows(lost, len(units), cases, takers([posting], on) if cases else (), falling_with(posting, on))


def of_closing(user: User, on: date) -> Follows:
    """What the person leaves behind, and who could take it over."""
    held = list(accounts.lasting(user, on))
    cases = open_cases(Case.objects.filter(handler=user))
    falling = [each for posting in held for each in falling_with(posting, on)]
    return Follows([], 0, cases, takers(held, on) if cases else (), falling, held)


def open_cases(cases: QuerySet[Case]) -> list[OpenCases]:
    """The open ones by kind."""
    found: dict[str, list[str]] = {}
    for kind, number in cases.filter(is_open=True).order_by("kind", "number").values_list("kind", "number"):
        found.setdefault(kind, []).append(number)
    return [
        OpenCases(str(case_kind(kind).name), len(numbers), numbers[:MOST_NUMBERS])
        for kind, numbers in found.items()
    ]


def takers(postings: Iterable[Posting], on: date) -> list[User]:
    """Who else holds one of these roles in the same unit on the day."""
    found: dict[UUID, User] = {}
    for posting in postings:
        others = Posting.objects.filter(Posting.on(on), role=posting.role, unit_id=posting.unit_id)
        others = others.filter(user__is_active=True).exclude(user_id=posting.user_id).select_related("user")
        found |= {each.user_id: each.user for each in others.order_by("user__username")}
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Touched:
    """What stands in and below a unit on a day: people posted, open cases, units."""

    postings: Sequence[Posting]
    cases: Sequence[OpenCases]
    beneath: Sequence[Unit]


def of_unit(unit: Unit, on: date, *, whole: bool) -> Touched:
    """What a change of the unit concerns; `whole`: with everything below it."""
    that_day = tree(on)
    units = that_day.subtree(unit.pk) if whole else {unit.pk}
    posted = Posting.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on)).filter(Among("unit_id", units))
    handled = open_cases(Case.objects.filter(Among("handling_unit_id", units)))
    beneath = [
        that_day.units[each]
        for each in that_day.children.get(unit.pk, ())
        if _is_open(that_day.units[each], on)
    ]
    return Touched(list(posted.select_related("user", "unit").order_by("user__username")), handled, beneath)


def _is_open(unit: Unit, on: date) -> bool:
    return unit.closed_on is None or unit.closed_on > on


def verb_names(role: str) -> list[str]:
    """Everything that a role may do, in words."""
    return [str(verb.name) for verb in verbs_of(role)]


def _reach(user: User, on: date, without: Collection[UUID]) -> Reach:
    held = Posting.objects.filter(Posting.on(on), user=user).exclude(pk__in=without).values_list(*HELD)
    mark = current_mark()
    return reach_from(user, [(*each, mark) for each in held] or [(None, None, None, mark)], on)
