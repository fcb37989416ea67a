"""The tree of units is read as of any day; one's own units are all one sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yinuo.ground.people.models import Unit
from yinuo.ground.people.places import close_unit, place_unit
from yinuo.ground.people.postings import appoint
from yinuo.packs.organisation.tests.bank import a_unit, browser, read, someone, today

pytestmark = pytest.mark.django_db


def test_the_tree_shows_units_below_the_one_above_them_with_how_many_people(head, admin):
    north = a_unit("NORTH", head)
    someone("handler", north)
    page = read(admin, "/organisation")
    assert page.index("HQ unit") < page.index("NORTH unit")
    assert 'class="sq-depth-1"' in page
    assert '<td class="sq-num" data-label="People">1</td>' in page


def test_the_tree_of_another_day_is_as_it_was(head, admin):
    a_unit("NEW", head, since=today() - timedelta(days=5))
    before = (today() - timedelta(days=6)).isoformat()
    assert "NEW unit" in read(admin, "/organisation")
    assert "NEW unit" not in read(admin, f"/organisation?on={before}")


def test_what_is_planned_is_seen_on_its_day_and_its_page_opens_on_its_first_day(head, admin):
    later = today() + timedelta(days=30)
    coming = a_unit("LATER", head, since=later)
    assert "LATER unit" not in read(admin, "/organisation")
    assert "LATER unit" in read(admin, f"/organisation?on={later.isoformat()}")
    assert "LATER" in read(admin, f"/organisation/units/{coming.pk}")


def test_units_are_found_by_code_and_by_a_name_in_any_language(head, admin):
    a_unit("WEST", head, english="Harbour office")
    for text in ("west", "harbour", "WEST支"):
        assert "Harbour office" in read(admin, f"/organisation?q={text}"), text
    assert "No unit of this name or code" in read(admin, "/organisation?q=nowhere")


def test_a_part_of_the_tree_opens_below_what_is_shown(head, admin):
    unit = head
    for depth in range(4):
        unit = a_unit(f"D{depth}", unit)
    page = read(admin, "/organisation")
    assert "D1 unit" in page
    assert "D2 unit" not in page
    under = Unit.objects.get(code="D1").pk
    assert "D3 unit" in read(admin, f"/organisation?under={under}")


def test_the_page_of_a_unit_says_who_is_posted_there_deputies_too(head, admin):
    north = a_unit("NORTH", head)
    lead, deputy = someone("lead", north, "Lead"), someone("handler", north, "Deputy")
    appoint(deputy, "lead", north, valid_from=today(), valid_to=today() + timedelta(days=7), deputy_for=lead)
    page = read(admin, f"/organisation/units/{north.pk}")
    assert page.count(deputy.name) == 2
    assert f'<td data-label="Deputy for">{lead.name}</td>' in page
    assert "below HQ unit" in page


def test_a_closed_unit_says_so(head, admin):
    north = a_unit("NORTH", head)
    close_unit(north, today())
    assert "closed since" in read(admin, f"/organisation/units/{north.pk}")


def test_whoever_looks_after_a_part_of_the_bank_sees_that_part(head):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    client = browser(someone("sysadmin", north))
    page = read(client, "/organisation")
    assert "NORTH unit" in page
    assert "SOUTH unit" not in page
    assert "HQ unit" not in page
    assert read(client, f"/organisation/units/{south.pk}") == 404
    assert read(client, f"/organisation?under={south.pk}") == 404


def test_a_unit_that_left_ones_part_is_not_seen_by_looking_back(head):
    north = a_unit("NORTH", head)
    moved = a_unit("MOVED", north)
    place_unit(moved, head, today())
    client = browser(someone("sysadmin", north))
    before = (today() - timedelta(days=1)).isoformat()
    assert "MOVED" not in read(client, f"/organisation?on={before}")
    assert read(client, f"/organisation/units/{moved.pk}?on={before}") == 404


def test_a_day_that_is_none_is_told(head, admin):
    assert "This is no day" in read(admin, "/organisation?on=2026-13-77")
