"""Sessions end: after half an hour of nothing, after twelve hours, by their owner, and by whoever may."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.people import whereabouts
from yinuo.ground.people.models import StaffSession
from yinuo.ground.people.sessions import SessionStore, row_key
from yinuo.ground.people.tests.bank import a_person
from yinuo.ground.vitals.registry import VITALS, readings
from yinuo.ground.vitals.watch import watch

pytestmark = pytest.mark.django_db
PASSWORD = "quite a long one 7"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def a_browser(person, address="10.1.2.3", agent=CHROME):
    """A browser in which the person signed in on the page, as people do."""
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    answer = client.post("/sign-in", {"username": person.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_signed_in(client):
    return client.get("/palette").status_code == 200  # everybody else is answered 403


def the_row():
    return StaffSession.objects.get()


def an_hour_passes(**lasted):
    """As if the one session had been begun and used that much earlier."""
    row, lasted = the_row(), timedelta(**lasted)
    ends = row.expire_date - lasted
    StaffSession.objects.update(seen_at=row.seen_at - lasted, expire_date=ends)


def test_a_session_says_whose_it_is_where_and_since_when():
    person = a_person(password=PASSWORD)
    a_browser(person)
    row = the_row()
    assert (row.person_id, row.address, row.device) == (person.pk, "10.1.2.3", CHROME)
    assert row.signed_in_at <= row.seen_at <= timezone.now()


def test_nobody_active_for_half_an_hour_is_signed_out():
    client = a_browser(a_person(password=PASSWORD))
    an_hour_passes(minutes=29)
    assert is_signed_in(client)
    an_hour_passes(minutes=30)
    assert not is_signed_in(client)


def test_being_active_prolongs_a_session_and_is_written_once_a_minute(django_assert_num_queries):
    client = a_browser(a_person(password=PASSWORD))
    first = the_row().seen_at
    assert is_signed_in(client)
    assert the_row().seen_at == first
    an_hour_passes(minutes=20)
    assert is_signed_in(client)
    row = the_row()
    assert row.seen_at >= first
    assert row.expire_date - row.seen_at == timedelta(minutes=30)


def test_what_a_page_fetches_by_itself_does_not_prolong_a_session():
    client = a_browser(a_person(password=PASSWORD))
    an_hour_passes(minutes=20)
    before = the_row().seen_at
    assert client.get("/palette", headers={"x-by-itself": "1"}).status_code == 200
    assert the_row().seen_at == before


def test_nothing_prolongs_a_session_beyond_twelve_hours():
    client = a_browser(a_person(password=PASSWORD))
    begun = timezone.now() - timedelta(hours=11, minutes=50)
    StaffSession.objects.update(signed_in_at=begun, seen_at=timezone.now() - timedelta(minutes=5))
    assert is_signed_in(client)
    assert the_row().expire_date == begun + timedelta(hours=12)


def test_writing_into_a_session_prolongs_it_no_further_than_reading():
    client = a_browser(a_person(password=PASSWORD))
    session = client.session
    session["x"] = 1
    session.save()
    row = the_row()
    assert row.expire_date - row.seen_at <= timedelta(minutes=30)
    assert row.signed_in_at <= row.seen_at


def test_limits_are_settings(settings):
    settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE = 60, 90
    a_browser(a_person(password=PASSWORD))
    row = the_row()
    assert row.expire_date - row.seen_at == timedelta(seconds=60)


def test_the_cookie_stands_nowhere_in_the_database():
    client = a_browser(a_person(password=PASSWORD))
    key = client.cookies["sessionid"].value
    assert the_row().session_key == row_key(key) != key
    assert not SessionStore().exists(the_row().session_key)


def test_signing_in_again_makes_a_new_session():
    person = a_person(password=PASSWORD)
    client = a_browser(person)
    before = client.cookies["sessionid"].value
    client.post("/sign-out")
    assert Fact.objects.filter(kind="people.signed_out", by_id=person.pk).count() == 1
    client.post("/sign-in", {"username": person.username, "password": PASSWORD})
    assert client.cookies["sessionid"].value != before
    assert not SessionStore().exists(before)


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_tests_transaction_signing_out_ends_the_session():
    person = a_person(password=PASSWORD)
    client = a_browser(person)
    key = client.cookies["sessionid"].value
    assert client.post("/sign-out").status_code == 302
    assert not SessionStore().exists(key)
    assert Fact.objects.get(kind="people.signed_out").by_id == person.pk


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_tests_transaction_an_emergency_account_signs_in(settings):
    settings.BREAK_GLASS = ["in.glass"]
    person = a_person("in.glass", PASSWORD)
    assert is_signed_in(a_browser(person))
    assert Fact.objects.get(kind="people.break_glass_used").by_id == person.pk


def test_a_persons_other_sessions_end_and_the_own_stays():
    person, other = a_person(password=PASSWORD), a_person(password=PASSWORD)
    here, there, elsewhere = a_browser(person), a_browser(person), a_browser(other)
    assert is_signed_in(there)  # whose it is, is remembered now
    ended = whereabouts.end_sessions(
        person.pk, by=person.pk, why=whereabouts.OWN, but=here.cookies["sessionid"].value
    )
    assert ended == 1
    assert [is_signed_in(each) for each in (here, there, elsewhere)] == [True, False, True]
    fact = Fact.objects.get(kind="people.sessions_ended")
    assert fact.data == {"user": str(person.pk), "number": 1, "why": "own"}


def test_one_session_ends_and_only_of_that_person():
    person, other = a_person(password=PASSWORD), a_person(password=PASSWORD)
    client = a_browser(person)
    key = the_row().session_key
    assert whereabouts.end_sessions(other.pk, by=other.pk, why=whereabouts.OWN, only=key) == 0
    assert is_signed_in(client)
    assert not Fact.objects.filter(kind="people.sessions_ended").exists()
    assert whereabouts.end_sessions(person.pk, by=other.pk, why=whereabouts.REVOKED, only=key) == 1
    assert not is_signed_in(client)


def test_a_session_that_was_ended_meanwhile_is_not_brought_back():
    a_browser(a_person(password=PASSWORD))
    store = SessionStore()
    store._read = the_row()
    StaffSession.objects.all().delete()
    assert store.seen(timezone.now() + timedelta(minutes=5)) is False
    assert not StaffSession.objects.exists()


def test_what_ended_days_ago_is_cleared_away_at_the_next_sign_in():
    person = a_person(password=PASSWORD)
    a_browser(person)
    an_hour_passes(days=2)
    a_browser(person)
    assert StaffSession.objects.count() == 1


def test_using_an_emergency_account_raises_an_alarm_for_a_day(settings):
    person, now = a_person("in.glass", PASSWORD), timezone.now()
    a_browser(person)
    assert VITALS["people.break_glass"].read(now) == 0
    settings.BREAK_GLASS = ["in.glass"]
    a_browser(a_person(password=PASSWORD))
    a_browser(person)
    told = [reading for reading in readings(timezone.now()) if not reading.is_well]
    assert "people.break_glass" in [reading.vital.key for reading in told]
    assert "people.break_glass" in [alarm.vital for alarm in watch(timezone.now(), told).raised]
    assert Fact.objects.get(kind="people.break_glass_used").by_id == person.pk
    assert VITALS["people.break_glass"].read(now + timedelta(hours=25)) == 0


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_device_is_named_by_browser_and_system(agent, device):
    assert whereabouts.device_of(agent) == device
    assert RequestFactory().get("/", headers={"user-agent": agent}).headers["user-agent"] == agent
