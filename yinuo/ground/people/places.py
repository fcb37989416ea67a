"""The only writer of the tree: units are placed, moved, closed and merged; the past stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.ground.people.kinds import UNIT_CLOSED, UNIT_PLACED, UNIT_RENAMED
from yinuo.ground.people.models import Posting, TreeMark, Unit, UnitPlace


class TreeRefused(ValidationError):
    """A change that would break the tree; `code` says which rule, the message says it to a person."""


@transaction.atomic
def place_unit(
    unit: Unit, parent: Unit | None, valid_from: date, valid_to: date | None = None, *, by: UUID | None = None
) -> UnitPlace:
    """Let a unit stand below a parent (None: a root) from a day on. A place still open ends there: a move.

    Raises TreeRefused, and writes nothing, if places would overlap, the parent does not stand there all
    the time, or the unit would come to stand below itself on any day.
    """
    _change_mark()  # first: its row is the lock under which trees change one after the other
    place = UnitPlace(unit=unit, parent=parent, valid_from=valid_from, valid_to=valid_to)
    if valid_to is not None and valid_to <= valid_from:
        raise TreeRefused(_("The place ends before it begins."), code="dates")
    if valid_to is None:
        _open_place(unit).filter(valid_from__lt=valid_from).update(valid_to=valid_from)
    if _within(UnitPlace.objects.filter(unit=unit), valid_from, valid_to).exists():
        raise TreeRefused(_("The unit already has a place in this time."), code="overlap")
    if parent is not None:
        _check_chain(place, parent.pk)
    place.save(force_insert=True)
    record(
        UNIT_PLACED.name,
        by=by,
        unit=unit.pk,
        parent=place.parent_id,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return place


@transaction.atomic
def open_unit(unit: Unit, parent: Unit, *, by: UUID | None = None) -> Unit:
    """A new unit below another from its first day on. ValidationError names the column at fault."""
    unit.full_clean()
    unit.save(force_insert=True)
    place_unit(unit, parent, unit.opened_on, by=by)
    return unit


@transaction.atomic
def rename_unit(unit: Unit, names: Mapping[str, str], *, by: UUID | None = None) -> None:
    """Give a unit other names, from now on and in every language; records of the past read with them too."""
    for field in ("name_zh_hans", "name_en", "name_zh_hant"):
        setattr(unit, field, names[field])
    unit.full_clean()
    unit.save(update_fields=["name_zh_hans", "name_en", "name_zh_hant"])
    _change_mark()  # names are kept with the tree
    record(UNIT_RENAMED.name, by=by, unit=unit.pk)


@transaction.atomic
def close_unit(unit: Unit, on: date, *, by: UUID | None = None) -> None:
    """Close a unit: `on` is its first day closed. It keeps its place, so its parent keeps its records.

    TreeRefused while somebody is posted there on that day or later; whoever would be posted meanwhile waits and is refused.
    """
    _change_mark()
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if Posting.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), unit=unit).exists():
        raise TreeRefused(_("Somebody is posted there on that day."), code="postings")
    if on < unit.opened_on:
        raise TreeRefused(_("A unit cannot close before it opens."), code="dates")
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    record(UNIT_CLOSED.name, by=by, unit=unit.pk, closed_on=on)


@transaction.atomic
def merge_unit(unit: Unit, into: Unit, on: date, *, by: UUID | None = None) -> None:
    """Close a unit and place it below its successor, who from then on sees what belonged to it."""
    place_unit(unit, into, valid_from=on, by=by)
    close_unit(unit, on, by=by)


def _change_mark() -> None:
    TreeMark.objects.update_or_create(pk=1, defaults={"mark": new_id()})


def _open_place(unit: Unit) -> QuerySet[UnitPlace]:
    return UnitPlace.objects.filter(unit=unit, valid_to=None)


def _within(places: QuerySet[UnitPlace], valid_from: date, valid_to: date | None) -> QuerySet[UnitPlace]:
    later = places.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    return later if valid_to is None else later.filter(valid_from__lt=valid_to)


def _check_chain(place: UnitPlace, parent_id: UUID) -> None:
    """Follow the parents on every day on which anything above may change while the place lasts."""
    others = _within(UnitPlace.objects.exclude(unit=place.unit), place.valid_from, place.valid_to)
    spans = list(others.values_list("unit_id", "parent_id", "valid_from", "valid_to"))
    changes = {day for _u, _p, begin, end in spans for day in (begin, end) if day is not None}
    last = place.valid_to or max(changes, default=place.valid_from) + timedelta(days=1)
    days = {place.valid_from} | {day for day in changes if place.valid_from < day < last}
    for day in sorted(days):
        parents = {u: p for u, p, begin, end in spans if begin <= day and (end is None or day < end)}
        above: UUID | None = parent_id
        while above is not None:
            if above == place.unit_id:
                raise TreeRefused(_("The unit would stand below itself."), code="cycle")
            if above not in parents:
                raise TreeRefused(
                    _("The parent has no place on %(day)s.") % {"day": day.isoformat()}, code="no_parent"
                )
            above = parents[above]
