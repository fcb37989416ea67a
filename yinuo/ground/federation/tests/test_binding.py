"""Whom the provider vouches for is bound to one account, once, and known by the subject ever after."""

from __future__ import annotations

import pytest
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.federation.binding import NobodyHere, person_of, unbind
from yinuo.ground.federation.models import Binding
from yinuo.ground.people.models import User

pytestmark = pytest.mark.django_db
ISSUER = "https://id.bank.example"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("li.na", None, name="李娜", staff_number="S-0042")


def claims(subject="s1", **more) -> dict:
    return {"iss": ISSUER, "sub": subject, "preferred_username": "Li.Na "} | more


def code_of(**said) -> str:
    with pytest.raises(NobodyHere) as nobody:
        person_of(claims(**said))
    assert (
        Fact.objects.filter(kind="federation.refused").latest("recorded_at").data["why"] == nobody.value.code
    )
    return nobody.value.code


def test_the_first_time_the_claim_finds_the_account_and_afterwards_the_subject_does(person):
    assert person_of(claims()) == person
    assert person_of(claims(preferred_username="married.name")) == person
    assert Binding.objects.get().user == person
    told = [
        fact.kind
        for fact in Fact.objects.order_by("recorded_at", "id")
        if fact.kind.startswith("federation.")
    ]
    assert told == ["federation.bound", "federation.vouched", "federation.vouched"]


def test_staff_numbers_find_it_where_the_bank_says_so(person, settings):
    settings.OIDC_CLAIM, settings.OIDC_NAMES = "employee", "staff_number"
    assert person_of(claims(employee="S-0042")) == person


@pytest.mark.parametrize("said", ["nobody", "", None, 7, ["li.na"]])
def test_no_account_is_made_and_none_guessed(person, said):
    assert code_of(preferred_username=said) == "unknown"
    assert User.objects.count() == 1
    assert not Binding.objects.exists()


def test_a_closed_account_stays_closed_bound_or_not(person):
    User.objects.update(is_active=False)
    assert code_of() == "inactive"
    User.objects.update(is_active=True)
    person_of(claims())
    User.objects.update(is_active=False)
    assert code_of() == "inactive"
    User.objects.update(is_active=True, closes_on=timezone.localdate())
    assert code_of() == "inactive", "the last day was yesterday, though nobody has closed it yet"


def test_an_emergency_account_has_its_own_door(person, settings):
    settings.BREAK_GLASS = ["li.na"]
    assert code_of() == "break_glass"


def test_a_name_given_to_somebody_else_there_opens_nothing(person):
    person_of(claims())
    assert code_of(subject="s2") == "other_account"
    assert Binding.objects.get().subject == "s1"


def test_the_same_subject_of_another_issuer_is_somebody_else(person):
    person_of(claims())
    other = User.objects.create_user("wang.wei", None, name="王伟", staff_number="S-0043")
    assert person_of(claims(iss="https://id.other.example", preferred_username="wang.wei")) == other


def test_unbound_it_is_found_by_the_claim_again(person):
    person_of(claims())
    unbind(Binding.objects.get(), by=person)
    assert person_of(claims(subject="s2")) == person
    assert Fact.objects.filter(kind="federation.unbound").count() == 1
