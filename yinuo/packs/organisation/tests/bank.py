"""Units, people and browsers for these tests."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.editions.models import Edition
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint


def today():
    return timezone.localdate()


def a_unit(code, parent=None, *, since=None, english=""):
    since = since or today() - timedelta(days=90)
    unit = Unit.objects.create(
        code=code,
        kind="branch",
        name_zh_hans=f"{code}支行",
        name_en=english or f"{code} unit",
        opened_on=since,
    )
    place_unit(unit, parent, since)
    return unit


def a_person(name="x"):
    number = User.objects.count()
    return User.objects.create_user(
        f"{name.lower()}{number}", None, staff_number=f"S{number}", name=f"{name}{number}"
    )


def someone(role, unit, name="x"):
    person = a_person(name)
    appoint(person, role, unit, valid_from=unit.opened_on)
    return person


def a_case(unit, handler=None):
    """An open one, as far as these pages look at it."""
    edition = Edition.objects.get(kind="process", key="complaints")
    number = f"X-{Case.objects.count() + 1}"
    editions = {"process": edition, "promises": edition, "calendar": edition}
    units = {"owning_unit": unit, "handling_unit": unit}
    return Case.objects.create(
        kind="complaints", number=number, handler=handler, opened_at=timezone.now(), **units, **editions
    )


def browser(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


def read(client, address):
    answer = client.get(address)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def a_role(client, person, role, unit, *, do=True, **more):
    """Ask for a posting, as the second press does, or only to look."""
    said = {"role": role, "unit": unit.code, "valid_from": today().isoformat()} | more
    return client.post(f"/organisation/people/{person.pk}/appoint", said | ({"do": "yes"} if do else {}))
