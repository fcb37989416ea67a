"""Passwords are long, not common and not about their owner; changed by their owner, reset for one door only."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.people import passwords
from yinuo.ground.people.models import PasswordUsed, StaffSession, User
from yinuo.ground.people.sign_in import StaffBackend
from yinuo.ground.people.tests.bank import a_person
from yinuo.ground.people.tests.test_sessions import PASSWORD, a_browser, is_signed_in

pytestmark = pytest.mark.django_db
GOOD = "three grey herons wade"


def refused_as(password, person=None):
    try:
        validate_password(password, person)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [GOOD, "kq7#vexlanmu", "雨后的青石板路上有三只白鹭鸟", "x" * 3 + "plentiful" * 5, "Kumquats-23-lanterns"],
)
def test_what_is_long_and_of_nobody_is_taken_whatever_its_signs(password):
    assert refused_as(password, a_person("li.wei", PASSWORD)) == set()


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("kq7#vexlanm", "length"),
        ("kq7#vexlanmu" * 11, "length"),
        ("woaini5201314", "common"),
        ("Woaizhongguo!!", "common"),
        ("123456789012", "common"),
        ("abcdefghijkl", "common"),
        ("aaaabbbbaaaa", "common"),
        ("Password2026!", "common"),
        ("qwertyuiop[2026]", "common"),
        ("我的密码123456789", "common"),
        ("li.wei and heron", "context"),
        ("a LIWEI-wading1", "context"),
        ("wading weiweiwei", "context"),
        ("yinuo stands here", "context"),
        ("李伟的白鹭在水里走来走去", "context"),
        ("s00777 in the reeds", "context"),
        (PASSWORD, "history"),
    ],
)
def test_what_would_be_guessed_is_refused(password, rule):
    person = User.objects.create_user("li.wei", PASSWORD, name="李伟", staff_number="S00777")
    assert refused_as(password, person) == {rule}


def test_a_bank_that_must_may_ask_for_kinds_of_signs(settings):
    settings.PASSWORD_KINDS = 3
    assert refused_as("three grey herons") == {"kinds"}
    assert refused_as("Three grey herons") == set()


def test_former_passwords_are_refused_as_many_as_the_bank_says(settings):
    settings.PASSWORD_HISTORY = 2
    person = a_person(password="the first of these")
    for password in ("the second of these", "the third of these", "the fourth of these"):
        passwords.change(person, password, session="x" * 32)
    assert (
        refused_as("the third of these", person) == refused_as("the second of these", person) == {"history"}
    )
    assert refused_as("the first of these", person) == set()
    assert PasswordUsed.objects.filter(user=person).count() == 2


def test_passwords_are_hashed_by_argon2id_and_older_hashes_anew_at_sign_in():
    person = a_person(password=PASSWORD)
    assert person.password.startswith("argon2$argon2id$")
    User.objects.filter(pk=person.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert StaffBackend().authenticate(None, username=person.username, password=PASSWORD) == person
    person.refresh_from_db()
    assert identify_hasher(person.password).algorithm == "argon2"


def test_a_changed_password_ends_all_other_sessions_and_is_a_fact():
    person = a_person(password=PASSWORD)
    here, there = a_browser(person), a_browser(person)
    passwords.change(person, GOOD, session=here.cookies["sessionid"].value)
    assert not is_signed_in(there)
    assert Fact.objects.filter(kind="people.password_changed", by_id=person.pk).count() == 1
    assert person.check_password(GOOD)


def test_a_refused_password_changes_nothing():
    person = a_person(password=PASSWORD)
    there = a_browser(person)
    with pytest.raises(ValidationError):
        passwords.change(person, "short", session="x" * 32)
    assert is_signed_in(there)
    assert not Fact.objects.filter(kind="people.password_changed").exists()


def test_a_reset_ends_all_sessions_and_the_initial_password_must_be_changed():
    person, officer = a_person(password=PASSWORD), a_person()
    there = a_browser(person)
    initial = passwords.reset(person, by=officer)
    assert not is_signed_in(there)
    assert not StaffSession.objects.exists()
    person.refresh_from_db()
    assert person.check_password(initial)
    assert passwords.must_change(person)
    fact = Fact.objects.get(kind="people.password_reset")
    assert (fact.by_id, fact.data) == (officer.pk, {"user": str(person.pk)})
    assert initial not in str(fact.body)
    passwords.change(person, GOOD, session="x" * 32)
    assert not passwords.must_change(person)


def test_an_initial_password_that_lay_about_for_days_opens_nothing():
    person = a_person()
    initial = passwords.reset(person, by=a_person())
    sign_in = lambda: StaffBackend().authenticate(None, username=person.username, password=initial)  # noqa: E731
    assert sign_in() == person
    User.objects.update(password_set_at=timezone.now() - timedelta(hours=73))
    assert sign_in() is None


def test_a_bank_that_must_may_ask_for_a_change_after_so_many_days(settings):
    person = a_person(password=PASSWORD)
    passwords.change(person, GOOD, session="x" * 32)
    later = timezone.now() + timedelta(days=90)
    assert not passwords.must_change(person, later)
    settings.PASSWORD_DAYS = 90
    assert passwords.must_change(person, later)
    assert not passwords.must_change(person)
