from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.people.models import SignInFailure, User
from yinuo.ground.people.sign_in import FAILURES, WINDOW, StaffBackend, locked_until
from yinuo.ground.people.tests.bank import a_person

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "correct horse battery", "wrong"


def a_request(address="10.0.0.1"):
    return RequestFactory().post("/sign-in", REMOTE_ADDR=address)


def sign_in(username, password, address="10.0.0.1"):
    return StaffBackend().authenticate(a_request(address), username=username, password=password)


def fail(times, username="wang.min", address="10.0.0.1"):
    for _ in range(times):
        assert sign_in(username, WRONG, address) is None


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def wang():
    return a_person("wang.min", RIGHT)


@pytest.mark.parametrize("typed", ["wang.min", "WANG.MIN", " Wang.Min "])
def test_the_name_is_read_in_any_case(wang, typed):
    assert sign_in(typed, RIGHT) == wang
    assert User.objects.get_by_natural_key(typed) == wang


def test_wrong_unknown_inactive_and_missing_look_the_same(wang):
    assert sign_in("wang.min", WRONG) is None
    assert sign_in("nobody", RIGHT) is None
    assert sign_in("wang.min", None) is None
    wang.is_active = False
    wang.save()
    assert sign_in("wang.min", RIGHT) is None
    assert StaffBackend().get_user(wang.pk) is None


def test_an_unknown_name_costs_a_hash_like_a_known_one(wang, monkeypatch):
    from yinuo.ground.people import sign_in as module

    hashed = []
    monkeypatch.setattr(module, "make_password", hashed.append)
    sign_in("nobody", WRONG)
    assert hashed == [WRONG]


def test_the_fifth_failure_locks_the_pair_of_name_and_address(wang):
    fail(FAILURES - 1)
    assert locked_until("wang.min", a_request()) is None
    fail(1)
    assert locked_until("Wang.Min", a_request()) is not None
    assert sign_in("wang.min", RIGHT) is None
    assert sign_in("wang.min", RIGHT, address="10.0.0.2") == wang


def test_guesses_that_come_while_one_is_being_checked_count_as_well(wang, monkeypatch):
    from yinuo.ground.people import sign_in as module

    checked, really = [], module._checked

    def while_another_comes(username, password):
        checked.append(password)
        if len(checked) < 3 * FAILURES:
            sign_in(username, WRONG)
        return really(username, password)

    monkeypatch.setattr(module, "_checked", while_another_comes)
    sign_in("wang.min", WRONG)
    assert len(checked) == FAILURES


def test_four_failures_and_a_success_begin_anew(wang):
    fail(FAILURES - 1)
    assert sign_in("wang.min", RIGHT) == wang
    fail(FAILURES - 1)
    assert sign_in("wang.min", RIGHT) == wang
    assert not SignInFailure.objects.exists()


def test_the_lock_lasts_fifteen_minutes_and_refused_attempts_do_not_prolong_it(wang):
    fail(FAILURES)
    fail(3)
    assert SignInFailure.objects.count() == FAILURES
    last = SignInFailure.objects.latest("at").at
    assert locked_until("wang.min", a_request()) == last + WINDOW
    SignInFailure.objects.update(at=timezone.now() - WINDOW - timedelta(seconds=1))
    assert locked_until("wang.min", a_request()) is None
    assert sign_in("wang.min", RIGHT) == wang


def test_failures_far_apart_do_not_lock(wang):
    now = timezone.now()
    fail(FAILURES)
    for hours, failure in enumerate(SignInFailure.objects.all()):
        SignInFailure.objects.filter(pk=failure.pk).update(at=now - timedelta(minutes=7 * hours))
    assert locked_until("wang.min", a_request()) is None


def test_an_unknown_name_is_locked_like_a_known_one():
    fail(FAILURES, username="nobody")
    assert locked_until("nobody", a_request()) is not None


def test_failures_hold_neither_name_nor_address_and_do_not_stay(wang):
    fail(1)
    failure = SignInFailure.objects.get()
    assert "wang" not in failure.key
    assert "10.0" not in failure.key
    SignInFailure.objects.update(at=timezone.now() - timedelta(days=2))
    fail(1, username="other")
    assert SignInFailure.objects.count() == 1


def test_two_accounts_whose_names_differ_only_in_case_cannot_be(wang):
    with pytest.raises(ValidationError):
        a_person("WANG.MIN")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=wang.pk).update(username="Wang.Min")


@pytest.mark.parametrize("bad", ["", "王敏", "a b", "a\n", "x" * 70, "<b>"])
def test_odd_usernames_are_refused(bad):
    with pytest.raises(ValidationError):
        User.objects.create_user(bad, name="x", staff_number="1")


def test_an_account_without_password_cannot_be_entered():
    a_person("quiet")
    assert sign_in("quiet", "") is None


def test_entering_and_being_locked_out_are_facts_without_names(wang):
    sign_in("wang.min", RIGHT)
    fail(FAILURES + 2)
    kinds = list(Fact.objects.order_by("recorded_at").values_list("kind", "by_id"))
    assert kinds == [("people.signed_in", wang.pk), ("people.sign_in_locked", None)]
    assert not Fact.objects.filter(body__contains="wang").exists()
