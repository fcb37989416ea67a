"""Passkeys: made and shown for one challenge of one session, two factors at once, refused where they count back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.factors import passkeys, resets, second, vitals
from yinuo.ground.factors.models import Passkey, RecoveryCode
from yinuo.ground.factors.tests.device import ORIGIN, Device
from yinuo.ground.people.models import User
from yinuo.ground.people.tests.bank import a_person
from yinuo.ground.people.tests.test_sessions import PASSWORD, a_browser, is_signed_in

pytestmark = pytest.mark.django_db
COOKIE = "x" * 32


@pytest.fixture(autouse=True)
def bank(settings):
    settings.PUBLIC_URL = f"{ORIGIN}/"
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.bank.example"]


@pytest.fixture
def li():
    return a_person(password=PASSWORD)


def added(person, device=None):
    device, session = device or Device(), {}
    made = device.make(passkeys.adding(person, session))
    assert passkeys.add(person, made, " phone ", session, cookie=COOKIE) is not None
    return device


def kinds():
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def test_a_passkey_is_added_with_recovery_codes_and_ends_other_sessions(li):
    elsewhere, session, device = a_browser(li), {}, Device()
    codes = passkeys.add(li, device.make(passkeys.adding(li, session)), " phone ", session, cookie=COOKIE)
    assert len(set(codes)) == 10
    assert [each.name for each in passkeys.of(li.pk)] == ["phone"]
    assert User.objects.get(pk=li.pk).second_factor
    assert not is_signed_in(elsewhere)
    assert {"factors.added", "factors.recovery_codes_made"} <= set(kinds())
    session = {}
    more = passkeys.add(li, Device().make(passkeys.adding(li, session)), "", session, cookie=COOKIE)
    assert more == []
    assert second.passes(li, codes[0])


def test_whoever_shows_it_is_found_without_a_name_and_signed_in(li):
    device, session = added(li), {}
    answer = device.show(passkeys.asking(session))
    assert passkeys.passes(answer, session) == li
    assert kinds()[-1] == "people.signed_in"
    assert passkeys.of(li.pk)[0].last_used_at is not None


def test_an_answer_opens_once(li):
    device, session = added(li), {}
    answer = device.show(passkeys.asking(session))
    assert passkeys.passes(answer, session) == li
    assert passkeys.passes(answer, session) is None
    uncounting, session = added(li, Device(count=0)), {}
    options = passkeys.asking(session)
    assert passkeys.passes(uncounting.show(options), session) == li
    assert passkeys.passes(uncounting.show(options), session) is None


def test_a_challenge_is_of_one_session_and_one_purpose_and_ends(li, monkeypatch):
    device, here, there = added(li), {}, {}
    answer = device.show(passkeys.asking(here))
    passkeys.asking(there)
    assert passkeys.passes(answer, there) is None
    assert passkeys.passes(device.show(passkeys.asking(here)), here, li) is None
    passkeys.adding(li, here)
    assert passkeys.passes(device.show(passkeys.asking(there)), here) is None
    answer = device.show(passkeys.asking(here))
    here[passkeys.KEPT]["at"] = (timezone.now() - passkeys.LASTS - timedelta(seconds=1)).isoformat()
    assert passkeys.passes(answer, here) is None
    assert passkeys.passes(device.show(passkeys.asking(here)), here) == li


@pytest.mark.parametrize(
    "lie", [{"origin": "https://bank.example.evil.example"}, {"host": "evil.example"}, {"verified": False}]
)
def test_other_pages_other_hosts_and_devices_that_did_not_ask_their_owner_are_refused(li, lie):
    device, session = added(li), {}
    assert passkeys.passes(device.show(passkeys.asking(session), **lie), session) is None
    made = Device().make(passkeys.adding(li, session), **lie)
    assert passkeys.add(li, made, "", session, cookie=COOKIE) is None
    assert Passkey.objects.count() == 1


def test_a_passkey_of_somebody_else_is_no_second_factor_of_mine(li):
    zhao, session = a_person(), {}
    mine, theirs = added(li), added(zhao)
    assert passkeys.passes(theirs.show(passkeys.asking(session, li)), session, li) is None
    assert passkeys.passes(mine.show(passkeys.asking(session), owner=zhao.pk.bytes), session) is None
    assert passkeys.passes(mine.show(passkeys.asking(session, li)), session, li) == li


def test_an_account_out_of_use_is_not_opened(li):
    device, session = added(li), {}
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert passkeys.passes(device.show(passkeys.asking(session)), session) is None


def test_a_counter_that_goes_back_is_refused_and_raises_an_alarm(li):
    device, session = added(li, Device(count=7)), {}
    assert passkeys.passes(device.show(passkeys.asking(session)), session) == li
    assert vitals._counted_back(timezone.now()) == 0
    for said in (7, 3, 0):
        device.count = said
        assert passkeys.passes(device.show(passkeys.asking(session)), session) is None
    assert kinds()[-3:] == ["factors.passkey_counted_back"] * 3
    assert vitals._counted_back(timezone.now()) == 3
    device.count = 8
    assert passkeys.passes(device.show(passkeys.asking(session)), session) == li


def test_a_copy_signed_by_another_key_raises_no_alarm(li):
    device, forged, session = added(li), Device(), {}
    forged.id, forged.owner, forged.count = device.id, device.owner, 0
    assert passkeys.passes(forged.show(passkeys.asking(session)), session) is None
    assert "factors.passkey_counted_back" not in kinds()


@pytest.mark.parametrize(
    "answer", ["", "[]", "null", "{}", '{"id": 1, "response": {}}', '{"id": "x", "response": 3}']
)
def test_what_is_no_answer_is_refused(li, answer):
    session = {}
    passkeys.asking(session)
    assert passkeys.passes(answer, session) is None
    passkeys.adding(li, session)
    assert passkeys.add(li, answer, "", session, cookie=COOKIE) is None


def test_the_same_passkey_is_not_added_twice_and_not_more_than_ten(li):
    device, session = added(li), {}
    assert (
        passkeys.add(a_person(), device.make(passkeys.adding(li, session)), "", session, cookie=COOKIE)
        is None
    )
    assert passkeys.add(li, device.make(passkeys.adding(li, session)), "", session, cookie=COOKIE) is None
    for _each in range(passkeys.MOST - 1):
        added(li)
    assert passkeys.add(li, Device().make(passkeys.adding(li, session)), "", session, cookie=COOKIE) is None
    assert len(passkeys.of(li.pk)) == passkeys.MOST


def test_with_the_last_factor_the_codes_go_and_the_password_alone_signs_in(li):
    added(li)
    added(li)
    first, last = passkeys.of(li.pk)
    assert not passkeys.remove(a_person(), first.pk, cookie=COOKIE)
    assert passkeys.remove(li, first.pk, cookie=COOKIE)
    assert (User.objects.get(pk=li.pk).second_factor, RecoveryCode.objects.count()) == (True, 10)
    assert passkeys.remove(li, last.pk, cookie=COOKIE)
    assert (User.objects.get(pk=li.pk).second_factor, RecoveryCode.objects.count()) == (False, 0)


def test_two_administrators_take_lost_passkeys_away(li):
    added(li)
    resets.ask(li, by=a_person())
    resets.grant(li, by=a_person())
    assert passkeys.of(li.pk) == []
    assert not User.objects.get(pk=li.pk).second_factor
