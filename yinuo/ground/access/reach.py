"""Reach: which units a person may do what in, by the postings of one day."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Subquery
from django.utils import timezone

from yinuo.facts.questions import Asked, Place, Question
from yinuo.ground.access.among import Everywhere, Most
from yinuo.ground.access.verbs import Verb, verb_named
from yinuo.ground.people.models import Posting, TreeMark, User
from yinuo.ground.people.tree import Tree, tree_marked

FEW = 8  # less than one unit in so many is few: then cases are looked for by unit


class VerbMissing(Exception):
    """A person who may see something may not do this with it. `verb` is what they would need."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(verb.key)
        self.verb = verb


@dataclass(frozen=True, slots=True)
class Held:
    """One posting as reach needs it: a role in a unit, perhaps for somebody else."""

    role: str
    unit_id: UUID
    deputy_for_id: UUID | None


class Reach:
    """What one person may do on one day. A role in a unit holds for all units below it."""

    def __init__(
        self,
        user: User | AnonymousUser,
        held: Iterable[Held],
        on: date,
        mark: UUID | None,
        only: frozenset[str] | None = None,
    ) -> None:
        """`only`: the verbs that a program was given of those its user has; None for a person, who has all of theirs."""
        self.user = user
        self.only = only
        self.held = tuple(held)
        self.on = on
        self._mark = mark
        self._units: dict[tuple[str, ...], frozenset[UUID]] = {}

    @property
    def key(self) -> Hashable:
        """All that what one may do depends on: equal keys reach the same."""
        return self.user.pk, self.held, self.on, self._mark, self.only

    @cached_property
    def tree(self) -> Tree:
        """The tree of units of the day; usually kept from an earlier request."""
        return tree_marked(self.on, self._mark)

    def roles(self) -> frozenset[str]:
        """The keys of the roles held today, deputies included."""
        return frozenset(held.role for held in self.held)

    def stands_for(self) -> frozenset[UUID]:
        """The person, and whoever the person stands in for today."""
        others = {held.deputy_for_id for held in self.held if held.deputy_for_id is not None}
        return frozenset(others | ({self.user.pk} if self.user.pk else set()))

    def holds(self, verb: str) -> bool:
        """Whether the person has the verb anywhere."""
        return bool(self.roles().intersection(self._roles_of(verb)))

    def units(self, verb: str) -> frozenset[UUID]:
        """The units in which the person has the verb."""
        return self._reached(self._roles_of(verb))

    def may(self, verb: str, unit_id: UUID | None) -> bool:
        """Whether the person has the verb in a unit; nobody has one in no unit."""
        return unit_id is not None and unit_id in self.units(verb)

    def holds_role(self, roles: Iterable[str], unit_id: UUID) -> bool:
        """Whether the person has one of the roles in the unit, or above it."""
        return unit_id in self._reached(tuple(sorted(roles)))

    def need(self, verb: str, unit_id: UUID | None) -> None:
        """Raise VerbMissing unless the person has the verb in the unit."""
        if not self.may(verb, unit_id):
            raise VerbMissing(verb_named(verb))

    def need_anywhere(self, verb: str) -> None:
        """Raise VerbMissing unless the person has the verb somewhere."""
        if not self.holds(verb):
            raise VerbMissing(verb_named(verb))

    def _roles_of(self, verb: str) -> tuple[str, ...]:
        roles = verb_named(verb).roles
        return roles if self.only is None or verb in self.only else ()

    def home(self) -> UUID | None:
        """The unit of the person's own posting (the first by role and unit), for forms to begin with."""
        own = [held for held in self.held if held.deputy_for_id is None]
        return own[0].unit_id if own else None

    def _reached(self, roles: tuple[str, ...]) -> frozenset[UUID]:
        if roles not in self._units:
            places = {held.unit_id for held in self.held if held.role in roles}
            found = frozenset().union(*(self.tree.subtree(place) for place in places))
            self._units[roles] = self._told_apart(found)
        return self._units[roles]

    def _told_apart(self, found: frozenset[UUID]) -> frozenset[UUID]:
        every = len(self.tree.units)
        if self.tree.whole and len(found) == every:
            return Everywhere(found)
        return Most(found) if len(found) * FEW > every else found


def reach_of(user: User | AnonymousUser, on: date | None = None, only: frozenset[str] | None = None) -> Reach:
    """The reach of a person on a day (today in the bank's zone), in one query; nobody signed in has none. `only`: as Reach
    has it."""
    day = on or timezone.localdate()
    if not user.is_authenticated or not user.is_active:
        return Reach(user, (), day, None, only)
    return reach_from(user, _POSTINGS(user=user.pk, day=day), day, only)


def postings_asked(user: UUID, on: date | None = None) -> Asked:
    """The question `reach_of` will ask."""
    return _POSTINGS.of(user=user, day=on or timezone.localdate())


def reach_from(
    user: User, rows: Sequence[Sequence[Any]], day: date, only: frozenset[str] | None = None
) -> Reach:
    """The reach that rows of HELD and TREE_MARK say, for who reads them together with the person.

    A row without a role (an outer join's) is no posting. `only`: as Reach has it.
    """
    held = [Held(role, unit_id, deputy_for_id) for role, unit_id, deputy_for_id, _mark in rows if role]
    return Reach(user, held, day, rows[0][3] if rows else None, only)


HELD = ("role", "unit_id", "deputy_for_id")
TREE_MARK = Subquery(TreeMark.objects.filter(pk=1).values("mark"))


def _postings() -> QuerySet[Any, Any]:
    day = Place("day", Posting._meta.get_field("valid_from"))
    found = Posting.objects.filter(Posting.on(day), user_id=Place("user", User._meta.get_field("id")))
    return found.order_by("role", "unit__code").values_list(*HELD, TREE_MARK)


_POSTINGS = Question(_postings)
