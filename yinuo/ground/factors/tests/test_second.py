"""A second factor: enrolled by showing a code, each code opens once, and two administrators take a lost one away."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.factors import resets, second, totp
from yinuo.ground.factors.models import Authenticator, RecoveryCode, ResetAsked
from yinuo.ground.people.models import User
from yinuo.ground.people.sign_in import StaffBackend
from yinuo.ground.people.tests.bank import a_person
from yinuo.ground.people.tests.test_sessions import PASSWORD, a_browser, is_signed_in

pytestmark = pytest.mark.django_db


def code(secret, off=0):
    return totp.code_of(secret, totp.step_at(time.time()) + off)


def enrolled(person):
    """The secret and the recovery codes of somebody who enrolled a step ago, so that the present code is fresh."""
    secret = second.begin(person)
    codes = second.confirm(person, code(secret, -1), session="x" * 32)
    return secret, codes


def kinds():
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


@pytest.fixture
def li():
    return a_person(password=PASSWORD)


def test_an_app_counts_once_it_has_shown_a_code(li):
    secret = second.begin(li)
    assert second.begin(li) == secret
    assert second.confirm(li, "000000" if code(secret) != "000000" else "111111", session="x" * 32) is None
    assert not User.objects.get(pk=li.pk).second_factor
    assert kinds() == []
    codes = second.confirm(li, code(secret), session="x" * 32)
    assert len(set(codes)) == 10
    assert User.objects.get(pk=li.pk).second_factor
    assert kinds() == ["factors.added", "factors.recovery_codes_made"]


def test_secrets_and_codes_cannot_be_read_in_the_database(li):
    secret, codes = enrolled(li)
    assert secret not in bytes(Authenticator.objects.get().secret)
    kept = str(list(RecoveryCode.objects.values_list("digest", flat=True)))
    assert not [each for each in codes if each in kept or each.replace("-", "") in kept]


def test_each_code_of_the_app_opens_once(li):
    secret, _codes = enrolled(li)
    now = code(secret)
    assert second.passes(li, now)
    assert not second.passes(li, now)
    assert not second.passes(li, code(secret, -1))
    assert second.passes(li, code(secret, 1))


def test_the_code_that_was_shown_at_enrolment_opens_nothing(li):
    secret = second.begin(li)
    shown = code(secret)
    assert second.confirm(li, shown, session="x" * 32)
    assert not second.passes(li, shown)


def test_each_recovery_code_opens_once_and_in_any_spelling(li):
    _secret, codes = enrolled(li)
    assert second.passes(li, f" {codes[0].upper()} ")
    assert not second.passes(li, codes[0])
    assert second.passes(li, codes[1].replace("-", ""))
    assert second.codes_left(li) == 8
    assert kinds().count("factors.recovery_code_used") == 2


def test_new_recovery_codes_end_the_former(li):
    _secret, codes = enrolled(li)
    fresh = second.new_codes(li)
    assert not second.passes(li, codes[0])
    assert second.passes(li, fresh[0])


def test_nobody_uses_the_codes_of_somebody_else(li):
    other = a_person()
    (theirs, their_codes), _mine = enrolled(other), enrolled(li)
    assert not second.passes(li, code(theirs))
    assert not second.passes(li, their_codes[0])


def test_after_five_wrong_codes_the_right_one_is_refused_too_from_anywhere(li):
    secret, codes = enrolled(li)
    for _turn in range(5):
        assert not second.passes(li, "wrong")
    assert not second.passes(li, code(secret))
    assert not second.passes(li, codes[0])
    assert second.codes_left(li) == 10
    assert kinds()[-1] == "people.sign_in_locked"


def test_a_right_password_is_no_sign_in_until_the_second_factor_was_shown(li):
    secret, _codes = enrolled(li)
    li.refresh_from_db()
    assert StaffBackend().authenticate(None, username=li.username, password=PASSWORD) == li
    assert kinds()[-1] == "people.password_given"
    assert second.passes(li, code(secret))
    assert kinds()[-1] == "people.signed_in"


def test_adding_and_removing_a_factor_ends_all_other_sessions(li):
    here, there = a_browser(li), a_browser(li)
    secret = second.begin(li)
    second.confirm(li, code(secret), session=here.cookies["sessionid"].value)
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    second.remove(li, session="x" * 32)
    assert not is_signed_in(here)
    assert not User.objects.get(pk=li.pk).second_factor
    assert not RecoveryCode.objects.exists()
    assert "factors.removed" in kinds()


def test_a_lost_factor_is_taken_away_by_two_administrators(li):
    one, other = a_person(), a_person()
    enrolled(li)
    there = a_person(password=PASSWORD)
    theirs = a_browser(there)
    resets.ask(li, by=one)
    assert User.objects.get(pk=li.pk).second_factor
    resets.grant(li, by=other)
    assert not User.objects.get(pk=li.pk).second_factor
    assert is_signed_in(theirs)
    fact = Fact.objects.get(kind="factors.reset_granted")
    assert (fact.by_id, fact.data) == (other.pk, {"user": str(li.pk), "asked_by": str(one.pk)})


@pytest.mark.parametrize("who", ["asker", "owner"])
def test_one_administrator_alone_takes_no_factor_away(li, who):
    one = a_person()
    enrolled(li)
    resets.ask(li, by=one)
    with pytest.raises(resets.ResetRefused):
        resets.grant(li, by={"asker": one, "owner": li}[who])
    assert User.objects.get(pk=li.pk).second_factor
    assert "factors.reset_granted" not in kinds()


def test_nobody_asks_for_themselves_or_for_what_is_not_there(li):
    with pytest.raises(resets.ResetRefused):
        resets.ask(li, by=a_person())
    enrolled(li)
    with pytest.raises(resets.ResetRefused):
        resets.ask(li, by=li)
    assert not ResetAsked.objects.exists()


def test_what_was_asked_is_granted_within_a_day(li):
    enrolled(li)
    resets.ask(li, by=a_person())
    ResetAsked.objects.update(at=timezone.now() - timedelta(hours=25))
    with pytest.raises(resets.ResetRefused):
        resets.grant(li, by=a_person())
    assert User.objects.get(pk=li.pk).second_factor


def test_which_offices_need_a_second_factor_is_a_setting(settings):
    assert not second.is_asked_of({"sysadmin"})  # the demonstration bank signs in by password alone
    settings.SECOND_FACTOR_ROLES = ["sysadmin", "auditor"]
    assert second.is_asked_of({"handler", "auditor"})
    assert not second.is_asked_of({"handler"})
