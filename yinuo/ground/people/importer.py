"""Units and people from tables: rows that cannot be taken come back with a reason, the others go in.

A row is a mapping from column name to text, as `ground.tables` or csv.DictReader gives it. Row numbers are
those of a spreadsheet: the heading is row 1, the first row of data row 2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from yinuo.ground.people.models import Posting, Unit, UnitPlace, User, username_form
from yinuo.ground.people.places import close_unit, place_unit
from yinuo.ground.people.postings import appoint

UNIT_WORDS = ("kind", "layer", "name_zh_hans", "name_en", "name_zh_hant")
UNIT_COLUMNS = ("code", *UNIT_WORDS, "parent_code", "opened_on", "closed_on")
PERSON_COLUMNS = ("username", "staff_number", "name", "language")
PEOPLE_COLUMNS = (*PERSON_COLUMNS, "role", "unit_code", "valid_from", "valid_to", "deputy_for")
LANGUAGES = ("zh-hans", "en", "zh-hant")

Row = Mapping[str, str]
Outcome = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class RowRefused:
    """Why a row was left out: its number, the column at fault ("": the whole row), the reason in words."""

    row: int
    column: str
    reason: str


@dataclass(slots=True)
class Imported:
    """What became of the rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[RowRefused] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"new {self.new}, changed {self.changed}, unchanged {self.unchanged}"
        return f"{counts}, refused {len(self.refused)}"


class BadRow(Exception):
    """Raised while a row is read: the column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def import_units(rows: Iterable[Row]) -> Imported:
    """Units with their places (columns UNIT_COLUMNS), in any order; a known code is updated, never moved."""
    done = Imported()
    waiting = list(enumerate(rows, start=2))
    known = {"", *Unit.objects.values_list("code", flat=True)}
    while ready := [pair for pair in waiting if _cell(pair[1], "parent_code") in known]:
        waiting = [pair for pair in waiting if _cell(pair[1], "parent_code") not in known]
        known |= {_cell(row, "code") for number, row in ready if _take(done, number, row, _import_unit)}
    done.refused += [RowRefused(number, "parent_code", _("No such unit.")) for number, _row in waiting]
    done.refused.sort(key=lambda refused: refused.row)
    return done


def import_people(rows: Iterable[Row], *, known_roles: Collection[str] | None = None) -> Imported:
    """People with one posting a row (columns PEOPLE_COLUMNS); people are known by their staff number.

    `deputy_for` is the staff number of the person stood in for. Accounts get no password here.
    """
    done = Imported()
    numbered = list(enumerate(rows, start=2))
    for number, row in sorted(numbered, key=lambda pair: bool(_cell(pair[1], "deputy_for"))):
        if known_roles is not None and _cell(row, "role") not in known_roles:
            done.refused.append(RowRefused(number, "role", _("No such role.")))
            continue
        _take(done, number, row, _import_person)
    done.refused.sort(key=lambda refused: refused.row)
    return done


def _take(done: Imported, number: int, row: Row, take: Callable[[Row], Outcome]) -> bool:
    """One row in a transaction of its own; True if it is in."""
    try:
        with transaction.atomic():
            outcome = take(row)
    except BadRow as bad:
        done.refused.append(RowRefused(number, bad.column, bad.reason))
    except ValidationError as error:
        column, messages = next(iter(_by_column(error).items()))
        done.refused.append(RowRefused(number, column, " ".join(messages)))
    else:
        setattr(done, outcome, getattr(done, outcome) + 1)
        return True
    return False


def _by_column(error: ValidationError) -> dict[str, list[str]]:
    """The messages of a validation error by column, "" for what concerns the whole row."""
    if not hasattr(error, "error_dict"):
        return {"": error.messages}
    found = {name.replace("__all__", ""): errors for name, errors in error.error_dict.items()}
    return {name: [text for each in errors for text in _told(each)] for name, errors in found.items()}


def _told(error: ValidationError) -> list[str]:
    """The framework's own words, but where they would quote the names of its model and field."""
    return [_("Somebody or something else has this already.")] if error.code == "unique" else error.messages


def _import_unit(row: Row) -> Outcome:
    parent = _unit(row, "parent_code") if _cell(row, "parent_code") else None
    closed_on = _day(row, "closed_on")
    words = {name: _cell(row, name) for name in UNIT_WORDS}
    unit = Unit.objects.filter(code=_needed(row, "code")).first()
    if unit is not None:
        return _update_unit(unit, words, parent, closed_on)
    unit = Unit(code=_cell(row, "code"), opened_on=_needed_day(row, "opened_on"), **words)
    unit.full_clean()
    unit.save(force_insert=True)
    place_unit(unit, parent, valid_from=unit.opened_on)
    if closed_on is not None:
        close_unit(unit, closed_on)
    return "new"


def _update_unit(unit: Unit, words: dict[str, str], parent: Unit | None, closed_on: date | None) -> Outcome:
    stands = UnitPlace.objects.filter(unit=unit, valid_to=None).values_list("parent_id", flat=True)
    if list(stands) != [parent.pk if parent else None]:
        raise BadRow("parent_code", _("The unit stands elsewhere; an import does not move units."))
    changed = [name for name, text in words.items() if getattr(unit, name) != text]
    for name in changed:
        setattr(unit, name, words[name])
    unit.full_clean()
    if changed:
        unit.save(update_fields=changed)
    if closed_on is not None and unit.closed_on != closed_on:
        close_unit(unit, closed_on)
        return "changed"
    return "changed" if changed else "unchanged"


def _import_person(row: Row) -> Outcome:
    user = User.objects.filter(staff_number=_needed(row, "staff_number")).first()
    is_new = user is None
    if user is None:
        user = _new_user(row)
    elif user.username != username_form(_cell(row, "username")):
        raise BadRow("username", _("This staff number has another username."))
    unit, role = _unit(row, "unit_code"), _needed(row, "role")
    begins = _needed_day(row, "valid_from")
    same = Posting.objects.filter(user=user, unit=unit, role=role, valid_from=begins)
    if not is_new and same.exists():
        return "unchanged"
    deputised = _person(row, "deputy_for") if _cell(row, "deputy_for") else None
    appoint(user, role, unit, valid_from=begins, valid_to=_day(row, "valid_to"), deputy_for=deputised)
    return "new"


def _new_user(row: Row) -> User:
    language = _cell(row, "language") or LANGUAGES[0]
    if language not in LANGUAGES:
        raise BadRow("language", _("Not one of %(languages)s.") % {"languages": ", ".join(LANGUAGES)})
    return User.objects.create_user(
        _needed(row, "username"),
        name=_needed(row, "name"),
        staff_number=_cell(row, "staff_number"),
        language=language,
    )


def _cell(row: Row, column: str) -> str:
    return (row.get(column) or "").strip()


def _needed(row: Row, column: str) -> str:
    text = _cell(row, column)
    if not text:
        raise BadRow(column, _("This is needed."))
    return text


def _day(row: Row, column: str) -> date | None:
    text = _cell(row, column)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRow(column, _("Not a date like 2026-11-21.")) from None


def _needed_day(row: Row, column: str) -> date:
    _needed(row, column)
    return _day(row, column) or date.min


def _unit(row: Row, column: str) -> Unit:
    found = Unit.objects.filter(code=_needed(row, column)).first()
    if found is None:
        raise BadRow(column, _("No such unit."))
    return found


def _person(row: Row, column: str) -> User:
    found = User.objects.filter(staff_number=_needed(row, column)).first()
    if found is None:
        raise BadRow(column, _("No such staff number."))
    return found
