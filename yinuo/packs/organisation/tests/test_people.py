"""People are found by what they are called and what they hold; one's own units are all one sees of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint, end_posting
from yinuo.packs.organisation.tests.bank import a_person, a_unit, browser, read, someone, today

pytestmark = pytest.mark.django_db


def test_people_are_found_by_name_user_name_and_staff_number(head, admin):
    li, wang = someone("handler", head, "Li"), someone("handler", head, "Wang")
    for text in ("Li", li.username, li.staff_number):
        page = read(admin, f"/organisation/people?q={text}")
        assert li.name in page, text
        assert wang.name not in page, text


def test_people_are_narrowed_by_unit_role_and_whether_they_hold_anything(head, admin):
    north = a_unit("NORTH", head)
    li, wang, new = someone("handler", north, "Li"), someone("lead", head, "Wang"), a_person("New")
    for query, expected in {
        "unit=NORTH": [li],
        "role=lead": [wang],
        "view=unposted": [new],
        "view=posted&q=S": [],
    }.items():
        page = read(admin, f"/organisation/people?{query}")
        assert [each for each in (li, wang, new) if each.name in page] == expected, query


def test_the_page_of_a_person_says_past_present_and_coming_postings(head, admin):
    north = a_unit("NORTH", head)
    li = a_person("Li")
    past = appoint(li, "officer", north, valid_from=today() - timedelta(days=50))
    end_posting(past, today() - timedelta(days=10))
    appoint(li, "handler", north, valid_from=today() - timedelta(days=10))
    appoint(li, "lead", head, valid_from=today() + timedelta(days=10))
    page = read(admin, f"/organisation/people/{li.pk}")
    assert page.index("coming</span>") < page.index("present</span>") < page.index("past</span>")


def test_people_of_other_units_are_not_there(head):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    theirs = someone("handler", south, "Zhou")
    client = browser(someone("sysadmin", north))
    assert theirs.name not in read(client, "/organisation/people")
    assert theirs.name not in client.get("/organisation/people/export.csv").getvalue().decode()
    assert read(client, f"/organisation/people/{theirs.pk}") == 404


def test_of_somebody_who_is_also_posted_elsewhere_only_ones_own_units_show(head):
    north, south = a_unit("NORTH", head), a_unit("SOUTH", head)
    both = someone("handler", north, "Both")
    appoint(both, "lead", south, valid_from=today())
    client = browser(someone("sysadmin", north))
    assert "SOUTH" not in read(client, f"/organisation/people/{both.pk}")
    assert "SOUTH" not in read(client, "/organisation/people")


def test_the_list_is_taken_along_as_it_is_narrowed_and_that_is_a_fact(head, admin):
    li, wang = someone("handler", head, "Li"), someone("lead", head, "Wang")
    file = admin.get("/organisation/people/export.csv?role=lead").getvalue().decode()
    assert wang.name in file
    assert li.name not in file
    assert "team lead, HQ unit" in file
    assert Fact.objects.get(kind="organisation.exported").data == {"format": "csv"}
    assert admin.get("/organisation/people/export.pdf").status_code == 404
