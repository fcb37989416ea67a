"""A small bank for tests: head office > city branch > two outlets."""

from datetime import date
from itertools import count

from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit

DAY = date(2026, 1, 1)
_numbers = count(1)


def a_unit(code, parent=None, *, since=DAY, until=None):
    unit = Unit.objects.create(code=code, kind="outlet", name_zh_hans=code, opened_on=since)
    place_unit(unit, parent, valid_from=since, valid_to=until)
    return unit


def a_bank():
    """(head office, city, outlet one, outlet two)"""
    head = a_unit("head")
    city = a_unit("city", head)
    return head, city, a_unit("one", city), a_unit("two", city)


def a_person(username=None, password=None, **more):
    number = next(_numbers)
    return User.objects.create_user(
        username or f"person{number}", password, name=f"员工{number}", staff_number=f"S{number:05}", **more
    )
