"""Whom a rung tells: the handler, then whoever heads the unit, then up the tree of units, deputies for who is away.

Nobody is told twice in a run, and nobody who stands aside or whom the case's kind keeps out: in either case the next
one up is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case, Rung
from yinuo.engines.cases.recusal import aside, kept_out
from yinuo.ground.people.models import Posting
from yinuo.ground.people.tree import tree


@dataclass(frozen=True, slots=True)
class Held:
    """A post of somebody who can be told: perhaps in place of somebody who is away."""

    person: UUID
    unit: UUID
    role: str
    instead_of: UUID | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Whom:
    """The people a rung tells, and the unit they were found in; nobody and no unit where none was found."""

    unit: UUID | None = None
    people: tuple[Held, ...] = ()


def whom(case: Case, tell: str, told: Collection[UUID], on: date) -> Whom:
    """Whom the rung tells on a day; `told` are those who were told in this run, or for whom somebody was."""
    closed_to = frozenset(told) | aside(case) | kept_out(case)
    if tell == Rung.Tell.HANDLER and (found := _handler(case, closed_to, on)):
        return Whom(case.handling_unit_id, found)
    return next(_up_the_tree(case, closed_to, on), Whom())


def there_to_handle(case: Case, role: str, on: date) -> list[UUID]:
    """Who can be given the case on a day: whoever holds the role in the unit that handles it and is there, deputies
    for who is away; nobody who stands aside or is kept out. By staff number."""
    closed_to = aside(case) | kept_out(case)
    return [held.person for held in _present(_held(on, unit=case.handling_unit_id, role=role), closed_to)]


def _handler(case: Case, closed_to: Collection[UUID], on: date) -> tuple[Held, ...]:
    """The handler, or who stands in for them in the unit."""
    if case.handler is None:
        return ()
    own = Held(case.handler.pk, case.handling_unit_id, "handler", None, case.handler.is_active)
    deputies = _held(on, deputy_for=own.person, unit=case.handling_unit_id)
    return _present([own, *deputies], closed_to)


def _up_the_tree(case: Case, closed_to: Collection[UUID], on: date) -> Iterator[Whom]:
    """Unit by unit up to the root, in each the heads of the lowest role first."""
    heads = case_kind(case.kind).heads
    units = [case.handling_unit_id, *tree(on).ancestors(case.handling_unit_id)]
    held = _held(on, unit__in=units, role__in=heads)
    for unit in units:
        for role in heads:
            if found := _present(
                [each for each in held if (each.unit, each.role) == (unit, role)], closed_to
            ):
                yield Whom(unit, found)


def _present(held: Sequence[Held], closed_to: Collection[UUID]) -> tuple[Held, ...]:
    """Of those who hold one post, who is there: a deputy for whoever has one, once each."""
    away = {each.instead_of for each in held if each.instead_of and each.is_active}
    there = {
        each.person: each
        for each in held
        if each.person not in away and each.is_active and not {each.person, each.instead_of} & set(closed_to)
    }
    return tuple(there.values())


def _held(on: date, **which: object) -> list[Held]:
    postings = Posting.objects.filter(Posting.on(on), **which).order_by("user__staff_number")
    rows = postings.values_list("user_id", "unit_id", "role", "deputy_for_id", "user__is_active")
    return [Held(*row) for row in rows]
