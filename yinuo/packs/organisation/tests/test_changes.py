"""Units open, move, close and merge from a day on; one that is not empty is not closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yinuo.facts.models import Fact
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import tree
from yinuo.packs.organisation.tests.bank import a_case, a_unit, browser, read, someone, today

pytestmark = pytest.mark.django_db
NEW = {"code": "EAST", "kind": "branch", "name_zh_hans": "东支行", "name_en": "East", "parent": "HQ"}


def change(client, unit, verb, *, do=True, **said):
    said = {"on": today().isoformat()} | said | ({"do": "yes"} if do else {})
    return client.post(f"/organisation/units/{unit.pk}/{verb}", said)


def parent_of(unit, on):
    return tree(on).parents[unit.pk]


def test_a_unit_opens_below_another_from_its_day(head, admin):
    later = today() + timedelta(days=4)
    said = NEW | {"opened_on": later.isoformat()}
    assert admin.post("/organisation/units/new", said).status_code == 302
    east = Unit.objects.get(code="EAST")
    assert east.pk not in tree(today()).units
    assert parent_of(east, later) == head.pk
    assert admin.post("/organisation/units/new", said).status_code == 422
    assert Fact.objects.filter(kind="people.unit_placed", unit_id=east.pk).count() == 1


def test_a_unit_is_renamed_in_every_language(head, admin):
    said = {"name_zh_hans": "新名", "name_en": "Renamed", "name_zh_hant": "新名稱"}
    assert change(admin, head, "rename", **said).status_code == 302
    assert "Renamed" in read(admin, "/organisation")
    assert Fact.objects.filter(kind="people.unit_renamed", unit_id=head.pk).count() == 1


def test_a_unit_moves_with_all_below_it_after_what_it_concerns_was_shown(head, admin):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    a_unit("INNER", north)
    li, later = someone("handler", north, "Li"), today() + timedelta(days=3)
    shown = change(admin, north, "move", do=False, parent="SOUTH", on=later.isoformat()).content.decode()
    assert li.name in shown
    assert "INNER unit" in shown
    assert parent_of(north, later) == head.pk
    change(admin, north, "move", parent="SOUTH", on=later.isoformat())
    assert (parent_of(north, today()), parent_of(north, later)) == (head.pk, south.pk)


def test_no_unit_moves_below_itself_or_in_the_past(head, admin):
    north = a_unit("NORTH", head)
    a_unit("INNER", north)
    assert "below itself" in change(admin, north, "move", parent="INNER").content.decode()
    yesterday = (today() - timedelta(days=1)).isoformat()
    a_unit("SOUTH", head)
    assert "today or later" in change(admin, north, "move", parent="SOUTH", on=yesterday).content.decode()
    assert parent_of(north, today()) == head.pk


def test_a_unit_with_people_open_cases_or_units_below_is_not_closed_and_says_which(head, admin):
    north = a_unit("NORTH", head)
    inner, li, case = a_unit("INNER", north), someone("handler", north, "Li"), a_case(north)
    answer = change(admin, north, "close")
    assert answer.status_code == 422
    for words in (inner.name_en, li.name, case.number, f"/organisation/people/{li.pk}"):
        assert words in answer.content.decode()
    north.refresh_from_db()
    assert north.closed_on is None


def test_an_empty_unit_is_closed_after_the_second_press(head, admin):
    north = a_unit("NORTH", head)
    assert change(admin, north, "close", do=False).status_code == 200
    north.refresh_from_db()
    assert north.closed_on is None
    assert change(admin, north, "close").status_code == 302
    north.refresh_from_db()
    assert north.closed_on == today()


def test_a_merged_unit_takes_its_open_cases_to_its_successor(head, admin):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    a_case(north)
    assert change(admin, north, "close", into="SOUTH").status_code == 302
    assert parent_of(north, today()) == south.pk


def test_nobody_changes_units_beyond_their_part_of_the_bank(head):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    client = browser(someone("sysadmin", north))
    assert change(client, south, "close").status_code == 404
    assert change(client, north, "move", parent="SOUTH").status_code == 422
    assert parent_of(north, today()) == head.pk
